import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { type Emulator, startEmulator } from "../../emulator";
import { createService } from "../../provider/plugin/service";
import { fromStruct, toStruct } from "../../provider/plugin/wire";

type Callback<Response> = (error: ServiceError | null, response: Response) => void;
type Properties = Readonly<Record<string, unknown>>;

export interface ListOptions {
  readonly limit?: number;
  readonly pageSize?: number;
  readonly continuation?: string;
}

/** One answered list. */
export interface ListedObjects {
  readonly objects: readonly { readonly id: string; readonly name: string }[];
  readonly continuation?: string;
  readonly isComputed: boolean;
}

/** The service of the plugin in this process, configured for an emulator. */
export class ServedPlugin implements AsyncDisposable {
  private constructor(
    readonly emulator: Emulator,
    private readonly server: Server,
    private readonly client: ResourceProviderClient,
  ) {}

  /**
   * @param urn of the provider
   * @param settings besides those that lead to the emulator
   */
  static async start(urn: string, settings: Properties = {}): Promise<ServedPlugin> {
    const server = new Server();
    server.addService(ResourceProviderService, createService({ log: () => undefined, flush: async () => undefined }));
    const port = await bind(server);
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    const plugin = new ServedPlugin(await startEmulator(), server, client);
    await plugin.configure(urn, settings);
    return plugin;
  }

  get dashboard() {
    return this.emulator.sandbox.dashboard;
  }

  configure(urn: string, settings: Properties): Promise<proto.ConfigureResponse> {
    const { apiKey, url } = this.emulator;
    const args = toStruct({ apiKey, apiBase: url, maxRetries: 0, ...settings });
    const request = new proto.ConfigureRequest().setUrn(urn).setId("1").setArgs(args);
    return this.#call((done) => this.client.configure(request, done));
  }

  async check(urn: string, olds: Properties, news: Properties) {
    const request = new proto.CheckRequest().setUrn(urn).setOlds(toStruct(olds)).setNews(toStruct(news));
    const response = await this.#call<proto.CheckResponse>((done) => this.client.check(request, done));
    const failures = response.getFailuresList().map((each) => `${each.getProperty()} ${each.getReason()}`);
    return { inputs: fromStruct(response.getInputs()), failures };
  }

  async create(urn: string, inputs: Properties, { preview = false } = {}) {
    const request = new proto.CreateRequest().setUrn(urn).setPreview(preview).setProperties(toStruct(inputs));
    const response = await this.#call<proto.CreateResponse>((done) => this.client.create(request, done));
    return { id: response.getId(), outs: fromStruct(response.getProperties()) };
  }

  /** Reads without a state, as `pulumi do` does. */
  async read(urn: string, id: string) {
    const request = new proto.ReadRequest().setUrn(urn).setId(id).setProperties(toStruct({}));
    const response = await this.#call<proto.ReadResponse>((done) => this.client.read(request, done));
    return {
      id: response.getId(),
      outs: fromStruct(response.getProperties()),
      inputs: fromStruct(response.getInputs()),
    };
  }

  async diff(urn: string, id: string, olds: Properties, news: Properties): Promise<readonly string[]> {
    const request = new proto.DiffRequest().setUrn(urn).setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
    return (await this.#call<proto.DiffResponse>((done) => this.client.diff(request, done))).getDiffsList();
  }

  async update(urn: string, id: string, olds: Properties, news: Properties): Promise<void> {
    const request = new proto.UpdateRequest().setUrn(urn).setId(id).setOlds(toStruct(olds)).setNews(toStruct(news));
    await this.#call((done) => this.client.update(request, done));
  }

  async delete(urn: string, id: string, state: Properties): Promise<void> {
    const request = new proto.DeleteRequest().setUrn(urn).setId(id).setProperties(toStruct(state));
    await this.#call((done) => this.client.delete(request, done));
  }

  /** Lists until the plugin ends the stream. */
  async list(type: string, query: Properties = {}, options: ListOptions = {}): Promise<ListedObjects> {
    const { limit = 0, pageSize = 0, continuation = "" } = options;
    const request = new proto.ListRequest()
      .setToken(`stripe-entitlements:index:${type}`)
      .setQuery(toStruct(query))
      .setLimit(limit)
      .setPageSize(pageSize)
      .setContinuationToken(continuation);
    const answers: proto.ListResponse[] = await Array.fromAsync(this.client.list(request));
    const objects = answers.flatMap((answer) => answer.getResult() ?? []);
    const next = answers.flatMap((answer) => answer.getContinuation()?.getContinuationToken() ?? [])[0];
    return {
      objects: objects.map((each) => ({ id: each.getId(), name: each.getName() })),
      ...(next !== undefined && { continuation: next }),
      isComputed: answers.some((answer) => answer.hasComputed()),
    };
  }

  #call<Response>(send: (done: Callback<Response>) => unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => (error === null ? resolve(response) : reject(error)));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.close();
    this.server.forceShutdown();
    await this.emulator.close();
  }
}

function bind(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error === null ? resolve(port) : reject(error),
    );
  });
}
