import { snapshotEventType } from "../events/event";
import { eventBody } from "../events/event-store";
import { type Endpoint, endpoint, listBody } from "../http/endpoint";
import { list, pageRequest, pagination, reference } from "../http/parameters";

const permission = { area: "events", access: "read" } as const;

/** `/v1/events` and `/v2/core/events/:id`: the changes of entitlements, which can only be read. */
export const eventEndpoints: readonly Endpoint[] = [
  endpoint({
    method: "GET",
    path: "/v1/events",
    permission,
    parameters: { type: reference.optional(), types: list.optional(), ...pagination },
    unsupported: ["created", "delivery_success"],
    handle: (call, { type, types, ...parameters }) => {
      const { events } = call.state;
      const page = pageRequest(parameters, (id, by) => events.get(id, by));
      const wanted = types ?? (type === undefined ? undefined : [type]);
      // The emulator has one type of snapshot event.
      const isEmpty = wanted !== undefined && !wanted.some((pattern) => matches(pattern, snapshotEventType));
      return listBody(call, isEmpty ? { data: [], hasMore: false } : events.page(page), eventBody);
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/events/:id",
    permission,
    parameters: {},
    handle: ({ state, pathId }) => eventBody(state.events.get(pathId("id")), state.livemode),
  }),
  endpoint({
    method: "GET",
    path: "/v2/core/events/:id",
    permission,
    parameters: {},
    handle: ({ state, pathId }) => state.events.getThin(pathId("id")),
  }),
];

/** Whether the type is named by the pattern, which may end in `*`. */
function matches(pattern: string, type: string): boolean {
  return pattern.endsWith("*") ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}
