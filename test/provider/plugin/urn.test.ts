import assert from "node:assert/strict";
import { isWithoutStack, nameOf, ownerOf, projectOf, typeOf } from "../../../provider/plugin/urn";

const urn = "urn:pulumi:dev::acme::my:component:Plans$stripe-entitlements:index:Feature::acme/sso";

describe("The parts of a URN", () => {
  it("are the type, the project, the name and the owner", () => {
    assert.equal(typeOf(urn), "stripe-entitlements:index:Feature");
    assert.equal(projectOf(urn), "acme");
    assert.equal(nameOf(urn), "acme/sso");
    assert.equal(ownerOf(urn), "acme/dev/acme/sso");
  });

  it("keep a double colon in the name", () => {
    assert.equal(nameOf("urn:pulumi:dev::acme::a:b:C::x::y"), "x::y");
  });

  it("shorten a name that is too long for a marker", () => {
    const owner = ownerOf(`urn:pulumi:dev::acme::a:b:C::${"x".repeat(400)}`);
    assert.ok(owner.length < 320 && /~[0-9a-f]{16}$/.test(owner), owner);
  });
});

describe("isWithoutStack", () => {
  const provider = "urn:pulumi:dev::default::pulumi:providers:stripe-entitlements::";

  it("is true for the provider of `pulumi do`, which has no name", () => {
    assert.equal(isWithoutStack(provider), true);
  });

  it("is false for the providers of stacks, and of engines that send no URN", () => {
    for (const urn of [`${provider}default`, `${provider}default_0_1_0`, `${provider}eu`, "", undefined]) {
      assert.equal(isWithoutStack(urn), false);
    }
  });
});
