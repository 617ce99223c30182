import type { ServerUnaryCall, ServerWritableStream, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { EntitlementsError } from "../lifecycle/errors";
import { packageVersion } from "../stripe/user-agent";
import type { PropertyChange } from "./detailed-diff";
import { toServiceError } from "./errors";
import { withPrototypeKey } from "./prototype-key";
import type { Provider, UrnLog } from "./provider";
import { isWithoutStack } from "./urn";
import {
  fromStruct,
  hasSecret,
  hasUnknown,
  type Properties,
  rawProperties,
  toSecret,
  toStruct,
  toStructLike,
} from "./wire";

/** The part of the engine that the service needs. */
export interface ServiceEngine {
  readonly log: UrnLog;
  /** Resolves once the engine has received all lines. */
  flush(): Promise<void>;
}

/**
 * Returns the methods that the engine calls on a provider plugin. The others are not implemented:
 * the engine does not need them.
 * https://github.com/pulumi/pulumi/blob/v3.274.1/proto/pulumi/provider.proto
 */
export function createService(engine: ServiceEngine): UntypedServiceImplementation {
  let configured: Provider | undefined;
  let reference: string | undefined;
  const provider = () => {
    if (configured === undefined) throw notConfigured();
    return configured;
  };
  const configure = (properties: Properties, urn: string | undefined, id: string | undefined) => {
    if (urn && id) reference = `${urn}::${id}`;
    const { Contexts }: typeof import("./contexts") = require("./contexts");
    const { Provider: Configured }: typeof import("./provider") = require("./provider");
    const { ProviderWithoutStack }: typeof import("./without-stack") = require("./without-stack");
    const log: UrnLog = (line, about) => engine.log(line, about);
    const contexts = new Contexts(properties, urn, log);
    configured = isWithoutStack(urn) ? new ProviderWithoutStack(contexts, log) : new Configured(contexts, log);
  };
  const construct = (request: rpc.ConstructRequest) => {
    const { constructCatalog }: typeof import("./construct") = require("./construct");
    return constructCatalog(request, reference);
  };
  const methods = { ...pluginMethods, ...configurationMethods(configure), ...resourceMethods(provider), construct };
  return {
    ...Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, unary(engine, method as Method)])),
    list: streamed(engine, (request: rpc.ListRequest) => list(provider(), request)),
  };
}

function notConfigured(): EntitlementsError {
  return new EntitlementsError("The provider was called before it was configured", {
    kind: "configuration",
    hint: "Use a newer Pulumi CLI.",
  });
}

type Method = (request: unknown) => unknown;

/** Answers one call. The lines of the call reach the engine before its answer. */
function unary(engine: ServiceEngine, method: Method) {
  return async ({ request }: ServerUnaryCall<unknown, unknown>, respond: sendUnaryData<unknown>): Promise<void> => {
    try {
      const answer = await method(request);
      await engine.flush();
      respond(null, answer);
    } catch (error) {
      await engine.flush();
      respond(toServiceError(error, request));
    }
  };
}

/** Answers one call with several messages, or with none if it fails. */
function streamed<Request, Response>(
  engine: ServiceEngine,
  method: (request: Request) => Promise<readonly Response[]>,
) {
  return async (call: ServerWritableStream<Request, Response>): Promise<void> => {
    try {
      const answers = await method(call.request);
      await engine.flush();
      for (const answer of answers) call.write(answer);
      call.end();
    } catch (error) {
      await engine.flush();
      call.emit("error", toServiceError(error, call.request));
    }
  };
}

const pluginMethods = {
  // The engine constructs components only with plugins that accept secrets.
  // Outputs tell them which resource each product of a catalog comes from.
  handshake: () => new rpc.ProviderHandshakeResponse().setAcceptSecrets(true).setAcceptOutputs(true),
  getPluginInfo: () => new PluginInfo().setVersion(packageVersion),
  getSchema: () => {
    const { packageSchema }: typeof import("./package-schema") = require("./package-schema");
    return new rpc.GetSchemaResponse().setSchema(JSON.stringify(packageSchema()));
  },
  /** The calls that run end by themselves, and the engine waits for them. */
  cancel: () => new Empty(),
};

// Loads zod, which the start of a process and its schema do not need.
function loadConfiguration(): typeof import("./configuration") {
  return require("./configuration");
}

type Configure = (properties: Properties, urn: string | undefined, id: string | undefined) => void;

function configurationMethods(configure: Configure) {
  return {
    checkConfig: (request: rpc.CheckRequest) => {
      const issue = loadConfiguration().findConfigurationIssue(fromStruct(request.getNews()), request.getUrn());
      // The same message, so that secrets stay marked as such.
      const response = new rpc.CheckResponse().setInputs(request.getNews());
      // With a property, the engine would print its value.
      if (issue !== undefined) response.addFailures(new rpc.CheckFailure().setReason(issue));
      return response;
    },
    /** The engine compares the values. No change replaces a provider, and so its resources. */
    diffConfig: () => new rpc.DiffResponse().setChanges(rpc.DiffResponse.DiffChanges.DIFF_UNKNOWN),
    configure: (request: rpc.ConfigureRequest) => {
      configure(fromStruct(request.getArgs()), request.getUrn(), request.getId());
      return new rpc.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true).setAcceptoutputs(true);
    },
  };
}

function resourceMethods(provider: () => Provider) {
  const secretKeys = new SecretKeys();
  return {
    check: async (request: rpc.CheckRequest) => {
      secretKeys.record(request.getNews());
      const { inputs, failures } = provider().check(
        request.getUrn(),
        fromStruct(request.getOlds()),
        withPrototypeKey(request, fromStruct(request.getNews())),
      );
      await provider().announce();
      const messages = failures.map(({ property, reason }) =>
        new rpc.CheckFailure().setProperty(property).setReason(reason),
      );
      return new rpc.CheckResponse().setInputs(toStructLike(inputs, request.getNews())).setFailuresList(messages);
    },
    diff: (request: rpc.DiffRequest) => {
      const [olds, news] = [fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const { changes, replaces } = provider().diff(request.getUrn(), request.getId(), olds, news);
      const { DIFF_SOME, DIFF_NONE } = rpc.DiffResponse.DiffChanges;
      const response = new rpc.DiffResponse().setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE);
      for (const [path, change] of changes) response.getDetaileddiffMap().set(path, toMessage(change));
      return response
        .setHasdetaileddiff(true)
        .setReplacesList([...replaces])
        .setDiffsList(rootsOf(changes.keys()));
    },
    create: async (request: rpc.CreateRequest) => {
      const [urn, inputs] = [request.getUrn(), fromStruct(request.getProperties())];
      const { id, outs } = request.getPreview()
        ? { id: "", outs: await provider().previewCreate(urn, inputs) }
        : await provider().create(urn, inputs);
      const marked = secretKeys.mark(outs);
      return new rpc.CreateResponse().setId(id).setProperties(toStructLike(marked, request.getProperties()));
    },
    read: async (request: rpc.ReadRequest) => {
      const state = fromStruct(request.getProperties());
      // A refresh sends inputs, and a `get` the state that the program gives. One without a state
      // looks like an import.
      const isImport = !request.hasInputs() && Object.keys(state).length === 0;
      const found = await provider().read(request.getUrn(), request.getId(), state, isImport);
      // Without an id, the engine takes the object for deleted.
      if (found === undefined) return new rpc.ReadResponse();
      return new rpc.ReadResponse()
        .setId(found.id)
        .setProperties(toStructLike(found.props, request.getProperties()))
        .setInputs(toStructLike(found.inputs, request.getInputs()));
    },
    update: async (request: rpc.UpdateRequest) => {
      const [urn, olds, news] = [request.getUrn(), fromStruct(request.getOlds()), fromStruct(request.getNews())];
      const outs = request.getPreview()
        ? provider().previewUpdate(urn, olds, news)
        : await provider().update(urn, request.getId(), olds, news);
      // A run may not have seen the resource that makes the lookup key of an attachment a secret.
      const before = rawProperties(request.getOlds())["lookupKey"];
      if (hasSecret(before)) secretKeys.add(olds["lookupKey"]);
      return new rpc.UpdateResponse().setProperties(toStructLike(secretKeys.mark(outs), request.getNews()));
    },
    delete: async (request: rpc.DeleteRequest) => {
      await provider().delete(request.getUrn(), request.getId(), fromStruct(request.getProperties()));
      return new Empty();
    },
    invoke: async (request: rpc.InvokeRequest) => {
      const result = await provider().invoke(request.getTok(), fromStruct(request.getArgs()));
      return new rpc.InvokeResponse().setReturn(toResult(result, request.getArgs()));
    },
  };
}

/** Returns the messages of one page. */
async function list(provider: Provider, request: rpc.ListRequest): Promise<readonly rpc.ListResponse[]> {
  const sent = request.getQuery();
  const query = fromStruct(sent);
  if (hasUnknown(query)) return [new rpc.ListResponse().setComputed(new rpc.ListResponse.Computed())];
  const { objects, continuation } = await provider.list(request.getToken(), query, {
    limit: request.getLimit(),
    pageSize: request.getPageSize(),
    continuation: request.getContinuationToken(),
  });
  // The engine has no form for a secret here, and the name may repeat one of the query.
  const isSecret = hasSecret(rawProperties(sent));
  const results = objects.map(({ id, name }) => {
    const result = new rpc.ListResponse.Result().setId(id).setName(isSecret ? "" : name);
    return new rpc.ListResponse().setResult(result);
  });
  if (continuation === undefined) return results;
  const next = new rpc.ListResponse.Continuation().setContinuationToken(continuation);
  return [...results, new rpc.ListResponse().setContinuation(next)];
}

/**
 * The lookup keys that this run knows as secrets. An attachment has the key of its feature as an
 * output only, so no input says that it is one.
 */
class SecretKeys {
  readonly #keys = new Set<unknown>();

  record(inputs: Struct | undefined): void {
    if (hasSecret(rawProperties(inputs)["lookupKey"])) this.add(fromStruct(inputs)["lookupKey"]);
  }

  add(key: unknown): void {
    this.#keys.add(key);
  }

  mark(outputs: object): object {
    const { lookupKey } = outputs as Properties;
    return this.#keys.has(lookupKey) ? { ...outputs, lookupKey: toSecret(lookupKey) } : outputs;
  }
}

/** Everything in the result of a function with a secret argument is secret. */
function toResult(result: object, args: Struct | undefined): Struct {
  if (!hasSecret(rawProperties(args))) return toStruct(result);
  return toStruct(Object.fromEntries(Object.entries(result).map(([key, value]) => [key, toSecret(value)])));
}

const kinds = {
  add: [rpc.PropertyDiff.Kind.ADD, rpc.PropertyDiff.Kind.ADD_REPLACE],
  delete: [rpc.PropertyDiff.Kind.DELETE, rpc.PropertyDiff.Kind.DELETE_REPLACE],
  update: [rpc.PropertyDiff.Kind.UPDATE, rpc.PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

function toMessage({ kind, isReplacement }: PropertyChange): rpc.PropertyDiff {
  return new rpc.PropertyDiff().setKind(kinds[kind][isReplacement ? 1 : 0]);
}

/** Returns the properties of the paths. */
function rootsOf(paths: Iterable<string>): string[] {
  return [...new Set([...paths].map((path) => path.replace(/[.[].*$/s, "")))];
}
