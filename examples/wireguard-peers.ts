// Makes the settings and peers of a WireGuard link equal to those of a JSON file, like `wg syncconf`. Sessions of peers that do not change
// continue. The file contains `{ "listenPort": 51820, "peers": [{ "publicKey": "…", "allowedIps": ["10.0.0.2/32"] }] }`.
//
//   node --import tsx examples/wireguard-peers.ts LINK FILE
import { readFileSync } from 'node:fs'
import { Netlink } from '@netloom/netlink'

const [link = 'wg0', file = 'peers.json'] = process.argv.slice(2)
using nl = Netlink.open()
const { added, updated, removed } = await nl.wireguard.sync(link, JSON.parse(readFileSync(file, 'utf8')))
for (const [what, keys] of Object.entries({ added, updated, removed }))
  for (const key of keys) console.log(`${what} ${key}`)

/** A session ends three minutes after its last handshake. */
const recent = Date.now() - 180_000
const { peers = [] } = (await nl.wireguard.get(link)) ?? {}
const connected = peers.filter(({ lastHandshake }) => lastHandshake !== undefined && lastHandshake.getTime() > recent)
console.log(`${peers.length} peer${peers.length === 1 ? '' : 's'} of ${link}, ${connected.length} connected`)
