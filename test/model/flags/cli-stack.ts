import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { importObjects } from "../../support/import-objects";
import type { Environment, Outcome } from "../../support/pulumi";
import type { TestStack } from "../../support/stack";
import type { Account } from "../account";
import { ModelStack } from "../model-stack";
import type { StackName, StackSettings } from "../program";
import { programText } from "../program-text";
import { engineUrn, modelState } from "./exported-state";
import type { Autonaming } from "./steps";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Ran extends Outcome {
  readonly isSuccess: boolean;
}

/** A stack of the real CLI, with the records of the model. */
export class CliStack extends ModelStack {
  protectedNames: readonly string[] = [];
  autonaming: Autonaming = "default";
  /** Whether `pulumi stack export` has written a state that may be imported again. */
  hasExport = false;
  /** Whether no `up` of the whole program has succeeded since `pulumi stack rename`. */
  isRenamed = false;

  constructor(
    public stack: TestStack,
    private readonly own: Mutable<StackSettings>,
    account: Account,
    private readonly log: string[],
  ) {
    super(own, account);
  }

  get name(): string {
    return this.settings.name.split("/")[1] ?? "";
  }

  /** URNs of the resources that the state holds. */
  get heldUrns(): readonly string[] {
    return [...new Set(this.state.map(({ urn }) => urn))];
  }

  engineUrn(urn: string): string {
    return engineUrn(this.name, urn);
  }

  /** Runs a command that only edits the state, and fails if it sends a write. */
  async edited(args: readonly string[]): Promise<boolean> {
    this.account.observe();
    const { isSuccess } = await this.pulumi(args);
    this.assertNone(this.account.writes.map((write) => `a command that edits the state sends ${write}`));
    return isSuccess;
  }

  async rename(): Promise<void> {
    const name = this.name === "dev" || this.name === "staging" ? `${this.name}-2` : this.name.replace("-2", "");
    this.log.push(`${this.settings.name}: stack rename ${name}`);
    this.stack = await this.stack.renamed(name);
    this.own.name = `acme/${name}` satisfies StackName;
    this.claims.receive(this.state, this.account.view);
    this.isStale = true;
    this.isRenamed = true;
    await this.readState();
  }

  async readState(): Promise<void> {
    this.state = modelState(await this.stack.exported());
  }

  async import(objects: Parameters<typeof importObjects>[1]): Promise<boolean> {
    this.log.push(`${this.settings.name}: import --file ${JSON.stringify(objects.map(({ name, id }) => [name, id]))}`);
    await this.writeProgram();
    try {
      await importObjects(this.stack, objects);
    } catch (error) {
      this.log.push(String(error));
      return false;
    } finally {
      await this.readState();
    }
    return true;
  }

  protected async pulumi(args: readonly string[], env: Environment = {}): Promise<Ran> {
    const started = Date.now();
    const outcome = await this.stack.run(args, {
      STRIPE_API_KEY: this.account.apiKey("right"),
      // The CLI rejects it together with --preview-only.
      ...(args.includes("--preview-only") && { PULUMI_SKIP_CONFIRMATIONS: "false" }),
      ...env,
    });
    const seconds = Math.round((Date.now() - started) / 100) / 10;
    const result = outcome.exitCode === 0 ? "" : ` -> ${outcome.exitCode}`;
    this.log.push(
      `${this.settings.name}: ${args.join(" ").replaceAll(/urn:pulumi:\S+::/g, "")}${result} (${seconds} s)`,
    );
    if (outcome.exitCode !== 0) this.log.push(...errorLines(outcome.output));
    await this.readState();
    return { ...outcome, isSuccess: outcome.exitCode === 0 };
  }

  protected async writeProgram(): Promise<void> {
    const { ownership, adopt } = this.settings;
    const file = join(this.stack.directory, `Pulumi.${this.name}.yaml`);
    const [salt = ""] = /^encryptionsalt:.*\n/m.exec(await readFile(file, "utf8")) ?? [];
    const config = {
      "stripe-entitlements:ownership": ownership,
      "stripe-entitlements:adopt": adopt,
      "pulumi:autonaming": { mode: this.autonaming },
    };
    await writeFile(file, `${salt}config: ${JSON.stringify(config)}\n`);
    const text = programText(this.program, (declared) => ({
      protect: this.protectedNames.includes(declared.name),
      ...("deleteBeforeReplace" in declared && { deleteBeforeReplace: declared.deleteBeforeReplace }),
    }));
    await this.stack.program(text);
  }
}

function errorLines(output: string): string[] {
  const lines = output.split("\n").filter((line) => /error|rejected/i.test(line));
  return [...new Set(lines.map((line) => `    ${line.trim().slice(0, 300)}`))].slice(0, 6);
}
