// Prints the counters of all rules of nftables, like `nft list ruleset`.
//
//   node --import tsx examples/nft-counters.ts
import { Connection } from '@netloom/netlink'
import { NFT_OBJECT, netfilter } from '@netloom/netlink/netfilter'

using connection = Connection.openProtocol(netfilter)
for (const { attrs: rule } of connection.dumpSync('NFT_MSG_GETRULE')) {
  for (const expression of rule.expressions?.elem ?? []) {
    if (expression.name !== 'counter') continue
    const { packets = 0n, bytes = 0n } = expression.data ?? {}
    console.log(`${rule.table} ${rule.chain} rule ${rule.handle}: ${packets} packets, ${bytes} bytes`)
  }
}
for (const { attrs: object } of connection.dumpSync('NFT_MSG_GETOBJ')) {
  if (object.type !== NFT_OBJECT.COUNTER) continue
  const { packets = 0n, bytes = 0n } = object.data ?? {}
  console.log(`${object.table} counter ${object.name}: ${packets} packets, ${bytes} bytes`)
}
