// Prints the links of a network namespace with their addresses, like `ip -br addr`.
//
//   node --import tsx examples/links-brief.ts [NETNS]
import { Netlink } from '@netloom/netlink'

const [netns] = process.argv.slice(2)
using nl = Netlink.open({ netns })
const [links, addresses] = await Promise.all([nl.link.list(), nl.address.list()])
const nameOf = new Map(links.map(({ index, name }) => [index, name]))

for (const { index, name, link, linkNetnsid, operstate } of links) {
  // The index of a lower link in another namespace says nothing here.
  const lower = link && (linkNetnsid === undefined ? nameOf.get(link) : `if${link}`)
  const own = addresses.filter(({ dev }) => dev === index)
  const texts = own.map(({ address, peer }) => (peer ? `${address.split('/')[0]} peer ${peer}` : address))
  const columns = [lower ? `${name}@${lower}` : name, String(operstate), texts.join(' ')]
  console.log(
    columns
      .map((text, at) => text.padEnd([16, 14, 0][at] ?? 0))
      .join(' ')
      .trimEnd(),
  )
}
