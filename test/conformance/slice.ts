import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import qs from "qs";
import { z } from "zod";
import type { Exchange } from "../rules-suite/session";

/** A schema of OpenAPI 3.0, which is nearly JSON Schema. */
export type Schema = { readonly [keyword: string]: unknown };

const schema: z.ZodType<Schema> = z.record(z.string(), z.unknown());
const content = (type: string) => z.object({ content: z.object({ [type]: z.object({ schema }) }) });
const formType = "application/x-www-form-urlencoded";
const jsonType = "application/json";

const sliceSchema = z.object({
  components: z.object({ schemas: z.record(z.string(), schema) }),
  paths: z.record(
    z.string(),
    z.partialRecord(
      z.enum(["get", "post", "delete"]),
      z.object({
        parameters: z
          .array(z.object({ name: z.string(), in: z.enum(["path", "query"]), required: z.boolean(), schema }))
          .default([]),
        requestBody: content(formType),
        responses: z.object({ 200: content(jsonType), default: content(jsonType) }),
      }),
    ),
  ),
});

/** An operation of Stripe's description, with strict schemas. */
export interface Operation {
  /** Such as `GET /v1/products/{id}`. */
  readonly name: string;
  readonly method: string;
  /** The parameters of a request, in the query or the form. */
  readonly parameters: Schema;
  readonly faultsOfRequest: (parameters: string) => readonly string[];
  readonly faultsOfAnswer: (status: number, body: unknown) => readonly string[];
  readonly matches: (method: string, path: string) => boolean;
}

const maxItems = 100;

/** Fields that Stripe answers although its description omits them, by schema (S32). */
const undescribed: Readonly<Record<string, Schema>> = {
  product: { type: { enum: ["good", "service"], type: "string" } },
};

/** Returns the operations of Stripe's description. */
export function readOperations(): readonly Operation[] {
  const text = readFileSync(join(__dirname, "openapi-slice.json"), "utf8");
  const { components, paths } = sliceSchema.parse(JSON.parse(text));
  const answers = validator(false, withUndescribed(components.schemas));
  const requests = validator(true, {});
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([verb, { parameters, requestBody, responses }]): Operation => {
      const method = verb.toUpperCase();
      const query = parameters.filter((parameter) => parameter.in === "query");
      const body = requestBody.content[formType]?.schema ?? {};
      const request = strict(verb === "get" ? querySchema(query) : body);
      const compileAnswer = (code: 200 | "default") =>
        answers.compile(strict(responses[code].content[jsonType]?.schema ?? {}));
      const [success, failure, asked] = [compileAnswer(200), compileAnswer("default"), requests.compile(request)];
      const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
      return {
        name: `${method} ${path}`,
        method,
        parameters: request,
        faultsOfRequest: (encoded) => faults(asked, qs.parse(encoded, { arrayLimit: maxItems, depth: 5 })),
        faultsOfAnswer: (status, answer) => faults(status < 400 ? success : failure, answer),
        matches: (asMethod, asPath) => asMethod === method && pattern.test(asPath),
      };
    }),
  );
}

function withUndescribed(schemas: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, described]) => {
      const properties = { ...Object(described["properties"]), ...undescribed[name] };
      return [name, { ...described, properties }];
    }),
  );
}

/** Returns what is wrong with an exchange. Requests are only checked if they were accepted. */
export function faultsOf(operation: Operation, { body, parameters, status }: Exchange): readonly string[] {
  const ofRequest = status < 400 ? operation.faultsOfRequest(parameters) : [];
  return [
    ...ofRequest.map((fault) => `request ${fault}`),
    ...operation.faultsOfAnswer(status, body).map((fault) => `answer ${fault}`),
  ];
}

function querySchema(parameters: readonly { name: string; required: boolean; schema: Schema }[]): Schema {
  return {
    type: "object",
    properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter.schema])),
    additionalProperties: false,
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
  };
}

/** Reads a request's values as the types that they should have. In a form everything is text. */
function validator(ofForms: boolean, components: Readonly<Record<string, Schema>>): Ajv {
  const ajv = new Ajv({ allErrors: true, coerceTypes: ofForms, strictTypes: false, strictRequired: false });
  ajv.addFormat("unix-time", { type: "number", validate: (value) => Number.isInteger(value) && value >= 0 });
  ajv.addFormat("currency", /^[a-z]{3}$/);
  ajv.addFormat("decimal", /^-?\d+(\.\d+)?$/);
  ajv.addVocabulary(["x-expandableFields", "x-expansionResources", "x-resourceId", "x-stripeBypassValidation"]);
  for (const [name, component] of Object.entries(components))
    ajv.addSchema(strict(component), `#/components/schemas/${name}`);
  return ajv;
}

/**
 * Returns the schema as JSON Schema that allows no other fields. Schemas without properties stay
 * open, because this part of the description omits them.
 */
function strict(given: Schema): Schema {
  const { nullable, ...rest } = mapped(given);
  const isClosable = rest["properties"] !== undefined && Object.keys(Object(rest["properties"])).length > 0;
  const closed =
    isClosable && rest["additionalProperties"] === undefined ? { ...rest, additionalProperties: false } : rest;
  return nullable === true ? { anyOf: [closed, { type: "null" }] } : closed;
}

function mapped(given: Schema): Schema {
  const each = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((item) => (isSchema(item) ? strict(item) : item));
    return isSchema(value) ? strict(value) : value;
  };
  return Object.fromEntries(
    Object.entries(given).map(([keyword, value]) => {
      if (keyword !== "properties" || !isSchema(value)) return [keyword, each(value)];
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, property]) => [name, each(property)]))];
    }),
  );
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function faults(validate: ValidateFunction, value: unknown): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
