import { UserError } from "../../src/shared/user-error";

/** GitHub's own limit on the entries of one page. @see https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
const PAGE_SIZE = 100;

/** The author of everything that a workflow writes with its own token. */
const WORKFLOW_BOT = "github-actions[bot]";

/** The fields of a comment or an issue that are read here. */
export interface Post {
  readonly id: number;
  /** Number of the issue. @default - it is a comment */
  readonly number?: number;
  readonly body: string | null;
  readonly user: { readonly login: string } | null;
  /** Present if an issue is a pull request. */
  readonly pull_request?: unknown;
}

/** GitHub's REST API for one repository, with a workflow's own token. */
export class GitHub {
  readonly #root: string;
  readonly #token: string;

  /**
   * @param env - `GITHUB_API_URL`, `GITHUB_REPOSITORY` and `GITHUB_TOKEN`
   * @throws UserError when one of them is missing
   */
  public constructor(env: NodeJS.ProcessEnv) {
    const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = env;
    if (!api || !repository || !token) {
      throw new UserError("GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_TOKEN are needed: this runs in a workflow.");
    }
    this.#root = `${api}/repos/${repository}`;
    this.#token = token;
  }

  /**
   * The first post by a workflow that begins with a marker. Posts of others are ignored: anyone who may comment could
   * write the marker too.
   *
   * @param path - of a list, below the repository
   */
  public async find(path: string, marker: string): Promise<Post | undefined> {
    for (let page = 1; ; page += 1) {
      const separator = path.includes("?") ? "&" : "?";
      const query = `${separator}per_page=${String(PAGE_SIZE)}&page=${String(page)}`;
      const posts = (await this.send("GET", path + query)) as Post[];
      const found = posts.find(
        ({ body, pull_request: isPull, user }) =>
          user?.login === WORKFLOW_BOT && isPull === undefined && body?.startsWith(marker),
      );
      if (found || posts.length < PAGE_SIZE) {
        return found;
      }
    }
  }

  /**
   * @param path - below the repository
   * @throws UserError with GitHub's answer when GitHub refuses
   */
  public async send(method: "GET" | "POST" | "PATCH", path: string, body?: object): Promise<unknown> {
    const answer = await fetch(this.#root + path, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.#token}`,
        "x-github-api-version": "2022-11-28",
      },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new UserError(`GitHub refused ${method} ${path}: ${String(answer.status)} ${text}`);
    }
    return text === "" ? undefined : JSON.parse(text);
  }
}
