import qs from "qs";
import { type Emulator, type EmulatorOptions, type RuleName, rules, startEmulator } from "../../emulator";

/** A body of the API, loosely typed. */
export interface Body {
  readonly id: string;
  readonly data: readonly Body[];
  readonly has_more: boolean;
  readonly error: { readonly type: string; readonly code?: string; readonly message: string; readonly param?: string };
  readonly [field: string]: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Sent {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends requests to the emulator as any HTTP client does. */
export class Client {
  constructor(
    readonly url: string,
    readonly key: string,
  ) {}

  get(path: string, params: object = {}, sent: Sent = {}): Promise<Answer> {
    return this.send("GET", `${path}${qs.stringify(params, { addQueryPrefix: true })}`, undefined, sent);
  }

  post(path: string, params: object = {}, sent: Sent = {}): Promise<Answer> {
    return this.send("POST", path, qs.stringify(params), sent);
  }

  delete(path: string, sent: Sent = {}): Promise<Answer> {
    return this.send("DELETE", path, undefined, sent);
  }

  async send(method: string, path: string, body: string | undefined, sent: Sent = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${sent.key ?? this.key}`,
        "content-type": "application/x-www-form-urlencoded",
        ...sent.headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }
}

export interface Running {
  readonly emulator: Emulator;
  readonly stripe: Client;
}

/** Runs `test` with a new emulator. */
export async function withEmulator(
  test: (running: Running) => Promise<void>,
  options: EmulatorOptions = {},
): Promise<void> {
  await using emulator = await startEmulator(options);
  await test({ emulator, stripe: new Client(emulator.url, emulator.apiKey) });
}

/** The rules that have a test. */
export const tested = new Set<RuleName>();

/** Defines the test of a rule, with the rule as its title. */
export function itKeepsRule(
  name: RuleName,
  test: (running: Running) => Promise<void>,
  options: EmulatorOptions = {},
): void {
  it(titleOf(name), () => withEmulator(test, options));
}

/** Returns the rule as the title of its test. */
export function titleOf(name: RuleName): string {
  tested.add(name);
  return rules[name].rule;
}

export const featuresPath = "/v1/entitlements/features";

export const attachments = (product: string) => `/v1/products/${product}/features`;

const pollMs = 5;

/** Waits until a condition holds, at most until mocha's time limit. */
export async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await happened())) await new Promise((resolve) => setTimeout(resolve, pollMs));
}
