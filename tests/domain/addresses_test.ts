/** Addresses as limits count them. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { countedAddress } from "../../domain/addresses.ts";

Deno.test("an IPv4 address counts by itself, however it is written", () => {
  for (
    const address of [
      "203.0.113.7",
      "::ffff:203.0.113.7",
      "::FFFF:cb00:7107",
      "0:0::ffff:cb00:7107",
    ]
  ) {
    assert.equal(countedAddress(address), "203.0.113.7");
  }
});

Deno.test("IPv6 addresses of one /64 network count as one, however they are written", () => {
  const network = "2001:db8:0:7::/64";
  for (
    const address of [
      "2001:db8:0:7::1",
      "2001:0DB8:0000:0007:ffff:ffff:ffff:ffff",
      "2001:db8:0:7:0:0:203.0.113.7",
      "2001:db8::7:1:2:3:4",
    ]
  ) assert.equal(countedAddress(address), network, address);
  assert.notEqual(countedAddress("2001:db8:0:8::1"), network);
  assert.equal(countedAddress("fe80::1%eth0"), "fe80:0:0:0::/64");
  assert.equal(countedAddress("::1"), "0:0:0:0::/64");
});

Deno.test("what is no address counts as it is", () => {
  for (const address of ["", "unknown", "999.1.1.1", "a:b"]) {
    assert.equal(countedAddress(address), address);
  }
});

Deno.test("the last 64 bits never matter, and the first always do", () => {
  const group = fc.integer({ min: 0, max: 0xffff }).map((bits) => bits.toString(16));
  const half = fc.array(group, { minLength: 4, maxLength: 4 });
  fc.assert(fc.property(half, half, half, half, (network, other, one, two) => {
    fc.pre(network.some((part) => part !== "0"));
    const counted = (first: string[], last: string[]) =>
      countedAddress([...first, ...last].join(":"));
    assert.equal(counted(network, one), counted(network, two));
    if (network.join() !== other.join()) {
      assert.notEqual(counted(network, one), counted(other, one));
    }
  }));
});
