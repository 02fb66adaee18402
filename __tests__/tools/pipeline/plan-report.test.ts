import { createServer, type Server } from "node:http";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GitHub } from "../../../tools/pipeline/github";
import { commentOn, planReport, reportDrift } from "../../../tools/pipeline/plan-report";
import { marker } from "../../../tools/operate/review/render-markdown";

const BOT = { login: "github-actions[bot]" };
const TOKEN = "a-sample-token";

/** A post as GitHub keeps it. */
interface Kept {
  id: number;
  number?: number;
  body: string;
  user: { login: string };
  pull_request?: object;
}

describe("with GitHub", () => {
  let server: Server;
  let github: GitHub;
  let kept: Kept[];
  let written: string[];

  /** Answers lists in pages, and remembers what is written. */
  beforeEach(async () => {
    kept = [];
    written = [];
    server = createServer((request, response) => {
      const url = new URL(request.url ?? "", "http://localhost");
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        if (request.headers.authorization !== `Bearer ${TOKEN}`) {
          response.writeHead(401).end('{"message":"Bad credentials"}');
          return;
        }
        if (request.method === "GET") {
          const size = Number(url.searchParams.get("per_page"));
          const from = (Number(url.searchParams.get("page")) - 1) * size;
          response.end(JSON.stringify(kept.slice(from, from + size)));
          return;
        }
        written.push(`${String(request.method)} ${url.pathname} ${text}`);
        response.writeHead(request.method === "POST" ? 201 : 200).end("{}");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    github = gitHubWith(TOKEN);
  });

  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
  });

  function gitHubWith(token: string): GitHub {
    const { port } = server.address() as AddressInfo;
    return new GitHub({
      GITHUB_API_URL: `http://127.0.0.1:${String(port)}`,
      GITHUB_REPOSITORY: "shop/platform",
      GITHUB_TOKEN: token,
    });
  }

  const report = { environment: "dev", marker: marker("dev"), body: `${marker("dev")}\nnew` };
  const earlier = (id: number): Kept => ({ id, body: `${marker("dev")}\nold`, user: BOT });
  const NEW = JSON.stringify({ body: report.body });

  describe("a comment", () => {
    test("is created if there is none, and does not replace another environment's or person's", async () => {
      kept = [
        { id: 1, body: `${marker("prod")}\nold`, user: BOT },
        { ...earlier(2), user: { login: "somebody" } },
        { id: 3, body: `See ${marker("dev")}`, user: BOT },
      ];
      await commentOn(github, 12, report);
      expect(written).toEqual([`POST /repos/shop/platform/issues/12/comments ${NEW}`]);
    });

    test("replaces the earlier one, even after a hundred others", async () => {
      kept = [...Array.from({ length: 130 }, (_, id) => ({ id, body: "talk", user: BOT })), earlier(777)];
      await commentOn(github, 12, report);
      expect(written).toEqual([`PATCH /repos/shop/platform/issues/comments/777 ${NEW}`]);
    });

    test("reports GitHub's answer when it refuses", async () => {
      await expect(commentOn(gitHubWith("another"), 12, report)).rejects.toThrow(
        'GitHub refused GET /issues/12/comments?per_page=100&page=1: 401 {"message":"Bad credentials"}',
      );
    });
  });

  describe("drift", () => {
    test("opens an issue, with the environment in its title", async () => {
      expect(await reportDrift(github, false, report)).toBe("opened");
      const issue = JSON.stringify({ title: "dev differs from main", body: report.body });
      expect(written).toEqual([`POST /repos/shop/platform/issues ${issue}`]);
    });

    test("updates the open issue, and not a pull request", async () => {
      kept = [
        { ...earlier(1), number: 7, pull_request: {} },
        { ...earlier(2), number: 8 },
      ];
      expect(await reportDrift(github, false, report)).toBe("updated");
      expect(written).toEqual([`PATCH /repos/shop/platform/issues/8 ${NEW}`]);
    });

    test("closes the issue when there is no more drift", async () => {
      kept = [{ ...earlier(2), number: 8 }];
      expect(await reportDrift(github, true, report)).toBe("closed");
      expect(written).toEqual(['PATCH /repos/shop/platform/issues/8 {"state":"closed","state_reason":"completed"}']);
    });

    test("does nothing if there is neither drift nor an issue", async () => {
      expect(await reportDrift(github, true, report)).toBe("nothing to do");
      expect(written).toEqual([]);
    });
  });
});

test.each(["GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN"])("fails when there is no %s", (missing) => {
  const env = { GITHUB_API_URL: "http://127.0.0.1", GITHUB_REPOSITORY: "shop/platform", GITHUB_TOKEN: TOKEN };
  expect(() => new GitHub({ ...env, [missing]: undefined })).toThrow("this runs in a workflow");
});

describe("the report of a plan", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "aleenascuisine-report-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("is the review that the plan wrote", () => {
    writeFileSync(join(folder, "review.md"), `${marker("prod")}\n## the review\n`);
    expect(planReport("prod", folder, "https://example.test/run/1").body).toBe(`${marker("prod")}\n## the review\n`);
  });

  test("names the run where there is no review, and takes the place of an earlier one", () => {
    const { body, marker: first } = planReport("prod", folder, "https://example.test/run/1");
    expect(body.startsWith(first)).toBe(true);
    expect(body).toContain("there is no plan.** [The run](https://example.test/run/1)");
  });
});
