import { credentials, type ServiceError } from "@grpc/grpc-js";
import { Alias } from "@pulumi/pulumi/proto/alias_pb";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
  type RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { unknownValue } from "../lifecycle/inputs";
import { channelOptions } from "./channel";
import { tokenOf } from "./tokens";
import { type Properties, toStruct } from "./wire";

/** A child of a component. */
export interface Child {
  readonly type: "Feature" | "ProductFeature";
  readonly name: string;
  /** The URN of the component. */
  readonly parent: string;
  /** Those that are undefined are left out. */
  readonly properties: Properties;
  /** The URNs of the resources that a property comes from. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  /** The URNs of resources that must exist before the child, and as long as it. */
  readonly after?: readonly string[];
}

/** A resource that the engine has registered. */
export interface Registered {
  readonly urn: string;
  /**
   * `unknownValue` in a preview of a new resource, and where the resource failed or was skipped.
   */
  readonly id: string;
}

/**
 * Registers the resources of one component with the engine. It calls the engine itself: the classes
 * of Pulumi's SDK take longer to load than the rest of the plugin, and most of the time per
 * resource.
 */
export class Monitor {
  readonly #client: ResourceMonitorClient;
  readonly #provider: string | undefined;
  /** The resources of the option `dependsOn`. */
  readonly #dependsOn: readonly string[];

  /** @param provider the reference of the provider for children that the program gives none */
  constructor(
    private readonly request: ConstructRequest,
    provider: string | undefined,
  ) {
    this.#client = new ResourceMonitorClient(
      request.getMonitorendpoint(),
      credentials.createInsecure(),
      channelOptions,
    );
    this.#provider = request.getProvidersMap().get("stripe-entitlements") ?? provider;
    // SDKs add the resources that the inputs come from.
    const ofInputs = new Set(
      [...request.getInputdependenciesMap().entries()].flatMap(([, urns]) => urns.getUrnsList()),
    );
    this.#dependsOn = request.getDependenciesList().filter((urn) => !ofInputs.has(urn));
  }

  /** Registers the component, and returns its URN. */
  async registerComponent(): Promise<string> {
    const { request } = this;
    const component = new RegisterResourceRequest()
      .setType(request.getType())
      .setName(request.getName())
      .setParent(request.getParent())
      .setObject(toStruct({}))
      .setIgnorechangesList(request.getIgnorechangesList())
      .setReplaceonchangesList(request.getReplaceonchangesList())
      .setAliasesList(request.getAliasesList());
    for (const [name, reference] of request.getProvidersMap().entries())
      component.getProvidersMap().set(name, reference);
    return (await this.#register(component)).getUrn();
  }

  /**
   * Registers a child with the options that a component passes on. Resolves, too, if the child
   * fails in a run with `--continue-on-error`. The engine reports the error, and skips what depends
   * on the child. The caller must register all other children: the engine deletes those that are
   * not registered.
   */
  async registerChild({ type, name, parent, properties, dependencies, after = [] }: Child): Promise<Registered> {
    const dynamicType = new Alias().setSpec(
      new Alias.Spec().setType(`pulumi-nodejs:dynamic/stripe-entitlements:${type}`),
    );
    const child = new RegisterResourceRequest()
      .setType(tokenOf(type))
      .setName(name)
      .setParent(parent)
      .setCustom(true)
      .setObject(toStruct(properties))
      // The type in the state of a TypeScript program.
      .setAliasesList([dynamicType]);
    if (this.#provider !== undefined) child.setProvider(this.#provider);
    // Without an entry for each, the engine takes each property to depend on all resources.
    for (const [property, value] of Object.entries(properties)) {
      if (value === undefined) continue;
      const urns = [...(dependencies[property] ?? [])];
      child
        .getPropertydependenciesMap()
        .set(property, new RegisterResourceRequest.PropertyDependencies().setUrnsList(urns));
    }
    for (const urn of new Set([...after, ...Object.values(dependencies).flat()])) child.addDependencies(urn);
    const response = await this.#register(child);
    return { urn: response.getUrn(), id: response.getId() === "" ? unknownValue : response.getId() };
  }

  async registerOutputs(urn: string, outputs: Properties): Promise<void> {
    const request = new RegisterResourceOutputsRequest().setUrn(urn).setOutputs(toStruct(outputs));
    await this.#call((done) => this.#client.registerResourceOutputs(request, done));
  }

  close(): void {
    this.#client.close();
  }

  async #register(resource: RegisterResourceRequest): Promise<RegisterResourceResponse> {
    const { request } = this;
    resource
      .setAcceptsecrets(true)
      .setSupportspartialvalues(true)
      .setAliasspecs(true)
      // Without it, the engine answers a failed resource with an error that ends the component.
      .setSupportsresultreporting(true)
      .setDeletedwith(request.getDeletedwith());
    for (const urn of this.#dependsOn) resource.addDependencies(urn);
    if (request.hasProtect()) resource.setProtect(request.getProtect() ?? false);
    if (request.hasRetainondelete()) resource.setRetainondelete(request.getRetainondelete() ?? false);
    return this.#call((done) => this.#client.registerResource(resource, done));
  }

  #call<Response>(
    send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      send((error, response) => (error === null ? resolve(response) : reject(error)));
    });
  }
}
