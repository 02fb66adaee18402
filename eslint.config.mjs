import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Patterns of no-restricted-imports. A file's last matching block decides, so each block repeats this one. */
const PROVIDER_BARREL = {
  regex: "^@cdktf/provider-aws(/lib(/(lazy-)?index(\\.js)?)?)?/?$",
  message: "Import the resource's own file, @cdktf/provider-aws/lib/NAME: the barrel costs seconds and 500 MB.",
};

export default defineConfig(
  { ignores: ["node_modules/", "cdktf.out/", "dist/", ".venv/", ".postgres/"] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "no-restricted-imports": ["error", { patterns: [PROVIDER_BARREL] }],
      // A construct is created for its effect on its scope.
      "no-new": "off",
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
    },
  },
  {
    files: ["src/constructs/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            PROVIDER_BARREL,
            {
              regex: "^(\\.\\./)+(config|stacks|database|functions)/",
              message: "A construct works alone: take flat props, and let src/stacks map the configuration onto them.",
            },
          ],
        },
      ],
      "no-restricted-globals": [
        "error",
        { name: "process", message: "Synthesis is pure: take a prop instead of reading the environment." },
      ],
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      globals: {
        require: "readonly",
        module: "writable",
        process: "readonly",
        console: "readonly",
        __dirname: "readonly",
      },
    },
    rules: { "@typescript-eslint/no-require-imports": "off", "@typescript-eslint/unbound-method": "off" },
  },
);
