import type { Environment } from "../../emulator/environment";
import { markerKey as ownerKey } from "../../provider/catalog/limits";
import type { DashboardChange } from "./commands";
import { nth } from "./edits";
import { activeWithKey, viewOf } from "./server-view";

/** Makes the change on the server. */
export function applyDashboardChange(environment: Environment, change: DashboardChange): void {
  const { dashboard } = environment;
  const view = viewOf(environment);
  const active = [...view.features.values()].filter((feature) => feature.active);
  const chosen = "nth" in change ? nth(active, change.nth) : undefined;
  const hasProduct = "product" in change && dashboard.products().some(({ id }) => id === change.product);
  switch (change.change) {
    case "rename":
      if (chosen) dashboard.renameFeature(chosen.id, change.to);
      return;
    case "set metadata": {
      const marker = chosen?.metadata[ownerKey];
      if (chosen)
        dashboard.setMetadata(chosen.id, { ...change.to, ...(marker !== undefined && { [ownerKey]: marker }) });
      return;
    }
    case "set marker": {
      const { [ownerKey]: _, ...rest } = chosen?.metadata ?? {};
      const marker = change.to === undefined ? {} : { [ownerKey]: change.to };
      if (chosen) dashboard.setMetadata(chosen.id, { ...rest, ...marker });
      return;
    }
    case "archive":
      if (chosen) dashboard.archiveFeature(chosen.id);
      return;
    case "attach": {
      const isThere = [...view.attachments.values()].some(
        ({ product, feature }) => product === change.product && feature.id === chosen?.id,
      );
      if (chosen && hasProduct && !isThere) dashboard.attach(change.product, chosen.id);
      return;
    }
    case "detach": {
      const attached = nth([...view.attachments.values()], change.nth);
      if (attached) dashboard.detach(attached.product, attached.id);
      return;
    }
    case "delete product":
      if (hasProduct) dashboard.deleteProduct(change.product);
      return;
    case "create product":
      if (!hasProduct) dashboard.createProduct({ id: change.product, name: change.product });
      return;
    case "create feature": {
      const { lookupKey, marker } = change;
      if (activeWithKey(view, lookupKey) !== undefined) return;
      dashboard.createFeature({
        lookupKey,
        name: "Foreign",
        metadata: marker === undefined ? {} : { [ownerKey]: marker },
      });
      return;
    }
  }
}
