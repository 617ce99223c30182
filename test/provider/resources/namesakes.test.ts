import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Feature, type FeatureArgs, ProductFeature } from "../../../provider/index";
import { lastRegistered, run } from "../../support/mocked-program";

/**
 * Returns a component as the parent. Two of them need different types to have children of one name.
 */
const parent = (name: string) => ({ parent: new pulumi.ComponentResource(`acme:index:${name}`, name) });

const registered = (type: string) => lastRegistered().filter((each) => each.type.endsWith(`:${type}`)).length;

describe("Two features with one name under different parents", () => {
  const declare = (first: FeatureArgs["lookupKey"], second: FeatureArgs["lookupKey"], preview = false) =>
    run(
      () => {
        new Feature("sso", { lookupKey: first, name: "Single sign-on" }, parent("Team"));
        new Feature("sso", { lookupKey: second, name: "Single sign-on" }, parent("Enterprise"));
      },
      { preview },
    );

  it("are one too many if their outputs give the same lookup key", async () => {
    await declare(pulumi.output("sso"), pulumi.output("sso"));
    assert.equal(registered("Feature"), 1);
  });

  it("are one too many if an output gives the lookup key of the other", async () => {
    await declare("sso", Promise.resolve("sso"));
    assert.equal(registered("Feature"), 1);
  });

  it("are registered with different lookup keys", async () => {
    await declare(pulumi.output("sso"), pulumi.output("saml"));
    assert.equal(registered("Feature"), 2);
  });

  it("are registered if one lookup key is not known in a preview", async () => {
    const unknown = pulumi.output(pulumi.unknown) as pulumi.Output<unknown> as pulumi.Output<string>;
    await declare(unknown, pulumi.output("sso"), true);
    assert.equal(registered("Feature"), 2);
  });
});

describe("Two attachments with one name under different parents", () => {
  const declare = (second: string) =>
    run(() => {
      const { id } = new Feature("sso", { lookupKey: "sso", name: "Single sign-on" });
      new ProductFeature("sso", { product: "prod_1", entitlementFeature: id }, parent("Team"));
      new ProductFeature("sso", { product: pulumi.output(second), entitlementFeature: id }, parent("Enterprise"));
    });

  it("are one too many for one product and feature", async () => {
    await declare("prod_1");
    assert.equal(registered("ProductFeature"), 1);
  });

  it("are registered for different products", async () => {
    await declare("prod_2");
    assert.equal(registered("ProductFeature"), 2);
  });
});
