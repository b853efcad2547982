/** Addresses as they are counted: of IPv6 whoever has one address has a whole network of them. */
import { isIPv4, isIPv6 } from "node:net";

const networkGroups = 4;

// URLs write an address in one way (WHATWG URL, 3.5): lower case, no leading zeros, `::` for zeros.
function groupsOf(address: string): string[] {
  const { hostname } = new URL(`http://[${address}]`);
  const [front = "", back] = hostname.slice(1, -1).split("::");
  const parts = (text: string) => text === "" ? [] : text.split(":");
  const [left, right] = [parts(front), parts(back ?? "")];
  return [...left, ...Array<string>(8 - left.length - right.length).fill("0"), ...right];
}

function mappedOf(groups: readonly string[]): string | null {
  if (groups.slice(0, 6).join() !== "0,0,0,0,0,ffff") return null;
  const [high, low] = groups.slice(6).map((group) => parseInt(group, 16)) as [number, number];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/**
 * What a client's address counts under: an IPv4 address itself, also as IPv6 maps it (RFC 4291,
 * 2.5.5.2); of another IPv6 address the /64 network that one subscriber has (RFC 6177). What is no
 * address counts as it is.
 */
export function countedAddress(address: string): string {
  const [plain = ""] = address.split("%");
  if (isIPv4(plain) || !isIPv6(plain)) return address;
  const groups = groupsOf(plain);
  return mappedOf(groups) ?? `${groups.slice(0, networkGroups).join(":")}::/64`;
}
