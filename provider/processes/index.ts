import { randomUUID } from "node:crypto";
import type { LocalContext } from "../lifecycle/context";
import { factsOf } from "../lifecycle/run/object-facts";
import {
  factsSchema,
  type ObjectFacts,
  type OtherProcesses,
  type Question,
  questionSchema,
  UnansweredError,
} from "../lifecycle/run/other-processes";
import * as z from "../zod";
import { type Announcement, AnnouncementFolder } from "./folder";
import { ask, type Listener, listen } from "./lines";

/** Milliseconds. A process may answer a question 1 s later, once the program is quiet. */
const defaultPatience = 5_000;

/**
 * Milliseconds. The processes of an engine start within this time. The system may give the port of
 * an older engine to a new one, so an older file of a process that is gone belongs to another run.
 */
const maxDistance = 3_600_000;

const requestSchema = z.object({ token: z.string(), question: questionSchema });

/**
 * Returns the text by which the processes of one engine know each other, from what the engine has
 * given this one (plugin.go, ExecPlugin): its address, which is the last
 * argument, and the address to which it wants logs. The system may give one of the ports to a later
 * engine, but hardly both. Pulumi CLIs that collect no logs have only one.
 *
 * @returns undefined where the last argument is no address, as in a test
 */
export function findEngine(
  args: readonly string[] = process.argv,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const address = args.at(-1);
  if (address === undefined || !/^\S+:[1-9]\d*$/.test(address)) return undefined;
  return [address, env["PULUMI_LOG_OTLP_ENDPOINT"] ?? ""].join(" ");
}

/** The provider processes that one engine has started, as one of them sees the others. */
export class ProviderProcesses implements OtherProcesses, Disposable {
  readonly #folder: AnnouncementFolder;
  readonly #token = randomUUID();
  readonly #known = new Map<string, Announcement>();
  #listener: Promise<Listener> | undefined;
  #announced: Promise<void> | undefined;
  #isDeclaring = false;

  /** @param context answers the questions of the others */
  constructor(
    engine: string,
    private readonly context: LocalContext,
    private readonly patience = defaultPatience,
  ) {
    this.#folder = new AnnouncementFolder(engine);
  }

  async announce(): Promise<void> {
    if (!this.#isDeclaring) {
      this.#isDeclaring = true;
      this.#announced = this.#write();
    }
    // A question reports the error.
    await this.#announced?.catch(() => undefined);
  }

  async ask(question: Question): Promise<readonly ObjectFacts[]> {
    const names = await this.#findOthers();
    const answers = await Promise.all(names.map((name) => this.#ask(name, question)));
    return answers.filter((facts) => facts !== undefined);
  }

  /** Removes the file and stops answering, as if the process had never been. */
  [Symbol.dispose](): void {
    this.#folder.leave();
    void this.#listener?.then(({ close }) => close());
  }

  async #findOthers(): Promise<readonly string[]> {
    try {
      this.#announced ??= this.#write();
      await this.#announced;
      return this.#folder.findOthers();
    } catch (error) {
      const why = `the provider processes of this run cannot find each other in ${this.#folder.path}: ${reasonOf(error)}`;
      const hint = "Set TMPDIR, on Windows TEMP, to a folder in which this user may create others.";
      throw new UnansweredError(why, hint, true);
    }
  }

  async #write(): Promise<void> {
    this.#listener ??= listen((line) => this.#answer(line), this.patience);
    const { port } = await this.#listener;
    this.#folder.write({ port, token: this.#token, isDeclaring: this.#isDeclaring });
  }

  async #answer(line: string): Promise<string> {
    const { token, question } = requestSchema.parse(JSON.parse(line));
    if (token !== this.#token) throw new Error("the token is wrong");
    return JSON.stringify(await factsOf(this.context, question));
  }

  /** Returns the facts of another process. Undefined if it is gone and has declared nothing. */
  async #ask(name: string, question: Question): Promise<ObjectFacts | undefined> {
    const other = this.#known.get(name) ?? this.#read(name);
    if (other === undefined) return undefined;
    this.#known.set(name, other);
    const send = () => ask(other.port, JSON.stringify({ token: other.token, question }), this.patience);
    try {
      // The engine ends the process of a provider that it deletes, perhaps while it answers.
      return factsSchema.parse(JSON.parse(await send().catch(send)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ECONNREFUSED") return this.#forget(name);
      throw new UnansweredError(`${describe(other)} does not answer: ${reasonOf(error)}`, wayForward);
    }
  }

  /** Forgets a process that is gone. Throws if this run may have adopted something in it. */
  #forget(name: string): undefined {
    // It may have declared something since its file was read.
    const other = this.#read(name);
    if (other?.isDeclaring && other.since > performance.timeOrigin - maxDistance) {
      throw new UnansweredError(`${describe(other)} has ended, so what it declared is not known`, wayForward);
    }
    this.#folder.remove(name);
  }

  #read(name: string): Announcement | undefined {
    try {
      return this.#folder.find(name);
    } catch {
      const why = "another provider process of this run is of another version of pulumi-stripe-entitlements";
      throw new UnansweredError(why, "Use the same version for all providers of the stack.");
    }
  }
}

const wayForward = "Run `pulumi up` again.";

const describe = ({ pid }: Announcement) => `another provider process of this run (process ${pid})`;

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
