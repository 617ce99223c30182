import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { rejection } from "./rejection";

/** A resource's inputs or outputs, `__provider` included. */
export type Props = { readonly [property: string]: unknown };

/** The state of an update that failed after its first request. The engine keeps it. */
export interface PartialState {
  readonly id: string;
  readonly reasons: readonly string[];
  readonly properties: Props;
}

/** An error that the provider returned. The engine shows `message`. */
export class EngineError extends Error {
  constructor(
    message: string,
    /** Undefined when the call changed nothing. */
    readonly partialState: PartialState | undefined,
  ) {
    super(message);
  }
}

export interface StartOptions {
  /**
   * The directory of the project. The modules that `__provider` requires are resolved from here.
   */
  readonly cwd: string;
  /** The whole environment of the process. Default: empty. */
  readonly env?: Readonly<Record<string, string>>;
  /** Arguments of Node.js itself. */
  readonly execArgv?: readonly string[];
  /** The address of the engine. Default: one without a port, so that the process is alone. */
  readonly address?: string;
}

type Callback<Response> = (error: ServiceError | null, response: Response) => void;

const script = "@pulumi/pulumi/cmd/dynamic-provider";
const running = new Set<ProviderProcess>();

/** How one kind of provider writes the messages of the engine. */
export interface Adapter {
  urnOf(props: Props): string;
  /** Returns the configuration as the engine sends it. Its keys have their namespace. */
  configuration(config: Readonly<Record<string, string>>): Props;
  /** Returns properties without those that the engine does not send. */
  toSend(props: Props): Props;
  /** Returns properties with those that {@link toSend} has removed. */
  received(props: Props, sent: Props): Props;
}

/** Pulumi's provider for dynamic resources. It gets the code of the provider with each call. */
const dynamic: Adapter = {
  urnOf: () => "",
  configuration: (config) => config,
  toSend: (props) => props,
  received: (props) => props,
};

/**
 * Starts Pulumi's provider process for dynamic resources as the engine does. {@link stopProviders}
 * stops it.
 */
export function startProvider({ address = "127.0.0.1:0", ...options }: StartOptions): Promise<ProviderProcess> {
  const path = createRequire(join(options.cwd, "index.js")).resolve(script);
  return startProcess([path, address], options, dynamic);
}

/** Starts a provider process. {@link stopProviders} stops it. */
export async function startProcess(
  command: readonly string[],
  { cwd, env = {}, execArgv = [] }: StartOptions,
  adapter: Adapter,
): Promise<ProviderProcess> {
  const child = spawn(process.execPath, [...execArgv, ...command], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const started = new ProviderProcess(child, adapter);
  running.add(started);
  await started.connect();
  return started;
}

/** Stops every provider process. For `after` and `afterEach`. */
export async function stopProviders(): Promise<void> {
  await Promise.all([...running].map((provider) => provider.stop()));
}

/** Returns the error that the call ends with. Fails the test if the call succeeds. */
export async function engineRejection(call: Promise<unknown>): Promise<EngineError> {
  const error = await rejection(call);
  assert.ok(error instanceof EngineError, `not an error of the provider process: ${error.stack}`);
  return error;
}

/** A provider process, with the calls of the engine. */
export class ProviderProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #lines: string[] = [];
  #stderr = "";
  #client: ResourceProviderClient | undefined;
  #close: () => readonly string[] = () => [];

  /** @internal */
  constructor(
    child: ChildProcess,
    private readonly adapter: Adapter,
  ) {
    this.#child = child;
    this.#closed = once(child, "close");
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
    });
  }

  /** @internal Connects to the port that the process prints as its first line. */
  async connect(): Promise<void> {
    const { stdout } = this.#child;
    if (stdout === null) throw new Error("The provider process has no standard output");
    const lines = createInterface({ input: stdout });
    const port = once(lines, "line").then(([line]) => String(line));
    lines.on("line", (line) => this.#lines.push(line));
    const address = await Promise.race([port, this.#closed.then(() => undefined)]);
    if (address === undefined) throw new Error(`The provider process ended: ${this.#stderr}`);
    this.#client = new ResourceProviderClient(`127.0.0.1:${address}`, credentials.createInsecure());
  }

  /** Sends the configuration. Its keys have their namespace. */
  async configure(config: Readonly<Record<string, string>>): Promise<void> {
    const request = new proto.ConfigureRequest().setArgs(struct(this.adapter.configuration(config)));
    await this.#call<proto.ConfigureResponse>((client, done) => client.configure(request, done));
  }

  async check(olds: Props, news: Props) {
    const request = new proto.CheckRequest().setUrn(this.adapter.urnOf(news));
    request.setOlds(this.#struct(olds)).setNews(this.#struct(news));
    const response = await this.#call<proto.CheckResponse>((client, done) => client.check(request, done));
    const failures = response
      .getFailuresList()
      .map((one) => ({ property: one.getProperty(), reason: one.getReason() }));
    return { inputs: this.#props(response.getInputs(), news), failures };
  }

  async diff(id: string, olds: Props, news: Props) {
    const request = new proto.DiffRequest().setUrn(this.adapter.urnOf(news)).setId(id);
    request.setOlds(this.#struct(olds)).setNews(this.#struct(news));
    const response = await this.#call<proto.DiffResponse>((client, done) => client.diff(request, done));
    return {
      changes: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
    };
  }

  async create(inputs: Props): Promise<{ id: string; outs: Props }> {
    const request = new proto.CreateRequest().setUrn(this.adapter.urnOf(inputs)).setProperties(this.#struct(inputs));
    const response = await this.#call<proto.CreateResponse>((client, done) => client.create(request, done));
    return { id: response.getId(), outs: this.#props(response.getProperties(), inputs) };
  }

  /** Reads a managed resource as a refresh does. An empty id in the result says that it is gone. */
  read(id: string, state: Props) {
    return this.#read(new proto.ReadRequest().setId(id).setProperties(this.#struct(state)), state);
  }

  /** Reads as the static `get` of a resource does, which has no state. */
  get(id: string, inputs: Props) {
    return this.#read(new proto.ReadRequest().setId(id).setInputs(this.#struct(inputs)), inputs);
  }

  async update(id: string, olds: Props, news: Props): Promise<Props> {
    const request = new proto.UpdateRequest().setUrn(this.adapter.urnOf(news)).setId(id);
    request.setOlds(this.#struct(olds)).setNews(this.#struct(news));
    try {
      const response = await this.#call<proto.UpdateResponse>((client, done) => client.update(request, done));
      return this.#props(response.getProperties(), news);
    } catch (error) {
      if (!(error instanceof EngineError) || error.partialState === undefined) throw error;
      const properties = this.adapter.received(error.partialState.properties, news);
      throw new EngineError(error.message, { ...error.partialState, properties });
    }
  }

  async delete(id: string, state: Props): Promise<void> {
    const request = new proto.DeleteRequest().setUrn(this.adapter.urnOf(state)).setId(id);
    request.setProperties(this.#struct(state));
    await this.#call((client, done) => client.delete(request, done));
  }

  /** Has `close` called when the process has stopped. It returns the lines that the engine got. */
  onStop(close: () => readonly string[]): void {
    this.#close = close;
  }

  /** Stops the process, and returns its lines for the user, without the port. */
  async stop(): Promise<{ stdout: string; stderr: string }> {
    running.delete(this);
    this.#client?.close();
    this.#child.kill();
    await this.#closed;
    return { stdout: [...this.#lines.slice(1), ...this.#close()].join("\n"), stderr: this.#stderr };
  }

  /** Ends the process: SIGINT is what the engine sends at the end of a run. */
  async end(signal: "SIGKILL" | "SIGTERM" | "SIGINT"): Promise<void> {
    this.#child.kill(signal);
    await this.#closed;
  }

  /**
   * Closes the engine's ends of the process's output, as when the engine is killed. Resolves with
   * the exit code when the process has ended by itself.
   */
  async hangUp(): Promise<number | null> {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    if (this.#child.exitCode === null) await once(this.#child, "exit");
    return this.#child.exitCode;
  }

  async #read(request: proto.ReadRequest, sent: Props) {
    request.setUrn(this.adapter.urnOf(sent));
    const response = await this.#call<proto.ReadResponse>((client, done) => client.read(request, done));
    const inputs = response.getInputs();
    return {
      id: response.getId(),
      props: this.#props(response.getProperties(), sent),
      inputs: inputs && this.#props(inputs, sent),
    };
  }

  #struct(properties: Props): Struct {
    return struct(this.adapter.toSend(properties));
  }

  #props(answer: Struct | undefined, sent: Props): Props {
    return answer === undefined ? {} : this.adapter.received(props(answer), sent);
  }

  #call<Response>(send: (client: ResourceProviderClient, done: Callback<Response>) => unknown): Promise<Response> {
    const client = this.#client;
    if (client === undefined) throw new Error("The provider process is not connected");
    return new Promise((resolve, reject) => {
      send(client, (error, response) => (error === null ? resolve(response) : reject(engineError(error))));
    });
  }
}

function struct(value: Props): Struct {
  return Struct.fromJavaScript(value as { [property: string]: JavaScriptValue });
}

function props(value: Struct | undefined): Props {
  return value?.toJavaScript() ?? {};
}

function engineError(error: ServiceError): EngineError {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  const [detail] = packed instanceof Buffer ? Status.deserializeBinary(packed).getDetailsList() : [];
  const failed = detail?.unpack(proto.ErrorResourceInitFailed.deserializeBinary, "pulumirpc.ErrorResourceInitFailed");
  if (failed == null) return new EngineError(error.details, undefined);
  const [id, reasons, properties] = [failed.getId(), failed.getReasonsList(), props(failed.getProperties())];
  return new EngineError(error.details, { id, reasons, properties });
}
