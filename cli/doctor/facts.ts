import { resolve } from "node:path";
import { createContext } from "../../provider/config/context";
import { createLocalContext } from "../../provider/config/local-context";
import { type ConfigurationSource, readSettings, type Settings } from "../../provider/config/settings";
import { isEntitlementsError } from "../../provider/lifecycle/errors";
import type { StripeApi } from "../../provider/stripe/api";
import { isStripeError, type StripeError } from "../../provider/stripe/errors";
import { keyFromStdin } from "../account/connection";
import { CliError } from "../cli-error";
import type { Io } from "../io";
import { textOf } from "../products/read-products";
import type { DoctorOptions } from "./options";
import { type Project, readProject, type Stack } from "./project";

/** A connection that cannot be tried again and again: a person is waiting. */
const impatience = { maxRetries: 1, requestTimeout: 10 } as const;

/** The account of the key, or why it is unknown. */
export type AccountAnswer =
  | { readonly account: string; readonly error?: undefined }
  | { readonly account?: undefined; readonly error: StripeError };

/** The settings, and a client of the API that they lead to. */
export interface DoctorConnection {
  readonly settings: Settings;
  readonly stripe: StripeApi;
}

/** The facts that several checks need. */
export class Facts {
  #answer: Promise<AccountAnswer> | undefined;
  #connection: DoctorConnection | undefined;

  private constructor(
    readonly io: Io,
    /** Undefined without a `Pulumi.yaml`, and where it cannot be read. */
    readonly project: Project | undefined,
    /** Why the project cannot be read, or the stack is unknown. */
    readonly problem: CliError | undefined,
    /** The stack whose configuration applies. */
    readonly stack: Stack | undefined,
    private readonly keyOfUser: string | undefined,
  ) {}

  static async collect(io: Io, { project: folder, stack: name, apiKeyStdin }: DoctorOptions): Promise<Facts> {
    const key = apiKeyStdin === true ? await keyFromStdin(io) : undefined;
    try {
      const project = readProject(resolve(io.cwd, folder));
      return new Facts(io, project, undefined, findStack(project, name), key);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return new Facts(io, undefined, error, undefined, key);
    }
  }

  /** The value of a setting in the configuration of the stack. A secret is not known. */
  readonly configuration: ConfigurationSource = (setting) => {
    if (setting === "apiKey" && this.keyOfUser !== undefined) return this.keyOfUser;
    return textOf(this.stack?.config[`stripe-entitlements:${setting}`]);
  };

  /** Whether the key came from standard input. */
  get hasKeyOfUser(): boolean {
    return this.keyOfUser !== undefined;
  }

  /** Connects with the settings. Undefined when they are invalid, which other checks report. */
  get connection(): DoctorConnection | undefined {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  /** Returns the answer to the read of the account, which is sent once. */
  account(stripe: StripeApi): Promise<AccountAnswer> {
    this.#answer ??= stripe.getAccount().then(
      ({ id }) => ({ account: id }),
      (error: unknown) => {
        if (isStripeError(error)) return { error };
        throw error;
      },
    );
    return this.#answer;
  }

  #connect(): DoctorConnection | undefined {
    try {
      const settings = { ...readSettings(this.configuration, this.io.env), ...impatience };
      const { stripe } = createContext(
        settings,
        createLocalContext(settings, () => undefined),
      );
      return { settings, stripe };
    } catch (error) {
      if (isEntitlementsError(error)) return undefined;
      throw error;
    }
  }
}

function findStack(project: Project | undefined, name: string | undefined): Stack | undefined {
  const stacks = project?.stacks ?? [];
  if (name === undefined) return stacks.length === 1 ? stacks[0] : undefined;
  // A name may have its organization and project before it.
  const found = stacks.find((stack) => stack.name === name.split("/").at(-1));
  if (found !== undefined) return found;
  throw new CliError(
    `the stack ${name} has no configuration file`,
    stacks.length === 0 ? "Leave out --stack." : `Use one of ${stacks.map((stack) => stack.name).join(", ")}.`,
  );
}
