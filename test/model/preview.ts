import { type CustomResource, Output, unknown } from "@pulumi/pulumi";
import { unknownValue } from "../../provider/lifecycle/inputs";
import type { ResourceRules } from "../../provider/lifecycle/resource-rules";
import type { Answered } from "../../provider/preview/answered";
import type { Finding } from "../../provider/preview/comparison";
import { addFindings, explain } from "../../provider/preview/findings";
import { planOf } from "../../provider/preview/registrations";
import { Deployment, type Rules, realRules, type UpdateOptions } from "./engine";
import { attachmentUrn, type Program } from "./program";
import { type ProcessOptions, ProviderProcess } from "./provider-process";
import type { Properties, Resource, State } from "./resource";

/** The answers of a dry run, and what the program process says about them. */
export interface Preview {
  /** Errors of the engine's calls. The engine then ends the preview. */
  readonly errors: readonly unknown[];
  /** By URN. */
  readonly planned: ReadonlyMap<string, Planned>;
  readonly findings: readonly FindingOfUrn[];
}

interface Planned extends Pick<Answered, "plan"> {
  readonly inputs: Properties;
}

/** A line, and the URN of its resource. Undefined for a line about the stack. */
export interface FindingOfUrn extends Pick<Finding, "severity" | "text"> {
  readonly urn: string | undefined;
}

/** Previews an `up` as the engine does, with a provider process and a program process. */
export async function preview(
  target: ProcessOptions,
  state: State,
  program: Program,
  options: UpdateOptions,
): Promise<Preview> {
  await using process = new ProviderProcess(target);
  const dryRun = new Deployment(process, target.settings.name, state, options, () => undefined, dryRules);
  await dryRun.up(program, options);
  const answers = await toAnswers(dryRun.answered, program);
  const findings = dryRun.errors.length > 0 ? [] : await report(target, [...answers.values()]);
  const urns = new Map([...answers].map(([{ urn }, { resource }]) => [resource, urn]));
  return {
    errors: dryRun.errors,
    planned: new Map(
      [...answers].map(([{ urn, inputs }, answered]) => [urn, { plan: comparedAs(answered, answers), inputs }]),
    ),
    findings: findings.map(({ severity, text, resource }) => ({ severity, text, urn: resource && urns.get(resource) })),
  };
}

/** Answers writes as the engine does in a dry run, without a call of the provider. */
function withoutWrites(rules: ResourceRules<Properties, Properties>): ResourceRules<Properties, Properties> {
  return {
    ...rules,
    create: async (_context, inputs) => ({ id: unknownValue, outs: inputs }),
    update: async (_context, _id, _olds, news) => news,
    delete: async () => undefined,
  };
}

const dryRules: Rules = {
  Feature: withoutWrites(realRules.Feature),
  ProductFeature: withoutWrites(realRules.ProductFeature),
};

/** Returns the resources as the program process holds them after the engine's answers. */
async function toAnswers(resources: readonly Resource[], program: Program): Promise<ReadonlyMap<Resource, Answered>> {
  const byUrn = new Map(resources.map((each) => [each.urn, toCustomResource(each)]));
  const bySlot = new Set(program.attachments.filter(({ feature }) => "slot" in feature).map(attachmentUrn));
  const toAnswered = async (each: Resource): Promise<[Resource, Answered]> => {
    const { type, urn, inputs, dependencies } = each;
    const resource = byUrn.get(urn) ?? toCustomResource(each);
    const entitlementFeature = bySlot.has(urn) ? byUrn.get(dependencies[0] ?? "")?.id : undefined;
    const registration = { type, owner: String(inputs["owner"]), resource, entitlementFeature };
    return [each, { ...registration, plan: await planOf(registration) }];
  };
  return new Map(await Promise.all(resources.map(toAnswered)));
}

/** Returns the plan. That of an attachment is unknown where the plan of its feature is. */
function comparedAs(
  { plan, entitlementFeature }: Answered,
  answers: ReadonlyMap<Resource, Answered>,
): Answered["plan"] {
  const feature = [...answers.values()].find(({ resource }) => resource.id === entitlementFeature);
  return plan === "create" && feature?.plan === "unknown" ? "unknown" : plan;
}

/** Returns a resource whose properties are outputs, as the SDK resolves them. */
function toCustomResource({ id, outputs }: Resource): CustomResource {
  const properties = Object.entries({ ...outputs, id });
  return Object.fromEntries(properties.map(([name, value]) => [name, toOutput(value)])) as unknown as CustomResource;
}

function toOutput(value: unknown): Output<unknown> {
  return Output.create(value === unknownValue ? unknown : value) as Output<unknown>;
}

async function report(target: ProcessOptions, answered: readonly Answered[]): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  if (!answered.some(({ plan }) => plan === "create")) return findings;
  await using process = new ProviderProcess(target);
  try {
    await addFindings(findings, process.context, answered, answered);
  } catch (error) {
    findings.push(explain(error));
  }
  return findings;
}
