// Requests a link by name with npm's `netlink`, COUNT times per line of standard input.
// Usage: links.cjs PATH-OF-THE-PACKAGE NAME COUNT

const { createInterface } = require('node:readline')

const [path, ifname, count] = process.argv.slice(2)
const { createRtNetlink } = require(path)

async function main() {
  const socket = createRtNetlink({ ref: true })
  for await (const _ of createInterface({ input: process.stdin })) {
    const start = performance.now()
    let links
    for (let i = 0; i < Number(count); i++) links = await socket.getLink({}, { ifname })
    const ms = performance.now() - start
    console.log(JSON.stringify({ ms, count: links.length, sample: links.map(({ attrs }) => attrs.ifname) }))
  }
  process.exit()
}

main()
