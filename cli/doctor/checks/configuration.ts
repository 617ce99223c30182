import { basename } from "node:path";
import { environmentVariables, readSettings } from "../../../provider/config/settings";
import { findUnknownKeys } from "../../../provider/config/unknown-keys";
import { isEntitlementsError } from "../../../provider/lifecycle/errors";
import { textOf } from "../../products/read-products";
import { type Check, type Finding, failure, ok, warning } from "../check";
import type { Facts } from "../facts";
import type { Stack } from "../project";

const namespace = "stripe-entitlements";

/** Stands for a key where only the other settings are checked. */
const anyKey = "sk_test_any";

/** A stack, or the environment alone, as the source of settings. */
interface Source {
  /** How messages name the stack. */
  readonly name: string;
  readonly stack: string | undefined;
  readonly config: Stack["config"];
}

/** The configuration of each stack, with the environment. */
export const configuration: Check = {
  name: "configuration",
  run: ({ project, stack, io }) => {
    const stacks = stack === undefined ? (project?.stacks ?? []) : [stack];
    const sources = stacks.map(({ name, file, config }): Source => ({ name: basename(file), stack: name, config }));
    const environment: Source = { name: "The environment", stack: undefined, config: {} };
    return (sources.length === 0 ? [environment] : sources).flatMap((source) => [
      ...unknownKeys(source, project?.name ?? ""),
      ...invalidValues(source, io.env),
      ...plainKey(source),
      ...accountAndMode(source, io.env),
    ]);
  },
};

function unknownKeys({ name, config }: Source, project: string): readonly Finding[] {
  const issue = findUnknownKeys({ keys: Object.keys(config), project });
  const hint = "Correct the key, or remove it with `pulumi config rm`. docs/configuration.md lists all settings.";
  return issue === undefined ? [] : [failure(`${name}: ${issue}`, hint)];
}

function invalidValues({ name, config }: Source, env: Facts["io"]["env"]): readonly Finding[] {
  const source = (key: string) => (key === "apiKey" ? anyKey : textOf(config[`${namespace}:${key}`]));
  try {
    readSettings(source, env);
    return [];
  } catch (error) {
    if (!isEntitlementsError(error)) throw error;
    const text = error.message.replace(/^Configuration: /, "");
    return [failure(`${name}: ${text}`, "docs/configuration.md lists the values of each setting.")];
  }
}

function plainKey({ name, config }: Source): readonly Finding[] {
  if (textOf(config[`${namespace}:apiKey`]) === undefined) return [];
  const hint = `Run \`pulumi config set --secret ${namespace}:apiKey\`. If the file is in version control, roll the key in Stripe.`;
  return [failure(`${name}: ${namespace}:apiKey is not encrypted`, hint)];
}

function accountAndMode({ name, stack, config }: Source, env: Facts["io"]["env"]): readonly Finding[] {
  const examples = { account: "acct_…", mode: "test" } as const;
  const settings = ["account", "mode"] as const;
  const isSet = (setting: (typeof settings)[number]) =>
    config[`${namespace}:${setting}`] !== undefined || Boolean(env[environmentVariables[setting]]);
  const unset = settings.filter((setting) => !isSet(setting));
  if (unset.length === 0) return [ok(`${name}: keys of another account or mode are rejected`)];
  const option = stack === undefined ? "" : ` --stack ${stack}`;
  const commands = unset.map(
    (setting) => `\`pulumi config set ${namespace}:${setting} ${examples[setting]}${option}\``,
  );
  const text = `${name}: no ${unset.join(" and no ")} is set, so the first \`up\` accepts keys of any ${unset.join(" and ")}`;
  return [warning(text, `Run ${commands.join(" and ")}.`)];
}
