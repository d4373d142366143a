import { isBag } from './members.js'

/** Protocols whose messages contain keys. In the others the same names mean something else, e.g. the key of a tunnel. */
const protocols = new Set(['NETLINK_GENERIC', 'NETLINK_XFRM'])

/** Attributes whose bytes are keys, passwords or other secrets, each with the name of its placeholder. */
const secretKeys: Readonly<Record<string, string>> = {
  // WireGuard
  ...{ privateKey: 'PRIVATE_KEY', presharedKey: 'PRESHARED_KEY' },
  // XFRM, MACsec, TIPC, PSP; segment routing; OpenVPN
  ...{ key: 'KEY', secret: 'SECRET', cipherKey: 'KEY', nonceTail: 'NONCE' },
  // 802.11
  ...{ keyData: 'KEY', kek: 'KEY', kck: 'KEY', pmk: 'KEY', saePassword: 'PASSWORD' },
}

/** Nests whose bytes `data` and `bytes` are a key: NL80211_ATTR_KEY and NL802154_ATTR_SEC_KEY. */
const keyNests = new Set(['key', 'keys', 'secKey'])

const nameFor = (key: string, parent: string) =>
  (Object.hasOwn(secretKeys, key) ? secretKeys[key] : undefined) ??
  (keyNests.has(parent) && (key === 'data' || key === 'bytes') ? 'KEY' : undefined)

/**
 * Returns a copy of a value in which `placeholder` replaces keys. Keys without bytes stay, because they reveal nothing.
 * @param placeholder gets the name of the secret: `PRIVATE_KEY`
 */
export function withoutSecrets(protocol: string, value: unknown, placeholder: (name: string) => unknown): unknown {
  if (!protocols.has(protocol)) return value
  const copy = (inner: unknown, key: string, parent: string): unknown => {
    if (inner instanceof Uint8Array) {
      const name = inner.length === 0 ? undefined : nameFor(key, parent)
      return name === undefined ? inner : placeholder(name)
    }
    // The elements of a list have the list's name.
    if (Array.isArray(inner)) return inner.map((each) => copy(each, key, parent))
    if (!isBag(inner)) return inner
    return Object.fromEntries(Object.entries(inner).map(([name, member]) => [name, copy(member, name, key)]))
  }
  return copy(value, '', '')
}
