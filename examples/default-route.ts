// Prints the default route, also when another becomes the best one. With a command, runs it each time: $VIA and $DEV contain the route.
//
//   node --import tsx examples/default-route.ts systemctl restart vpn
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Netlink } from '@netloom/netlink'

const [program, ...args] = process.argv.slice(2)
using nl = Netlink.open()
using cache = await nl.cache(['route'])

/** Finds the default route with the lowest metric. The kernel prefers it. */
const best = () =>
  [...cache.routes.values()]
    .filter(({ dst, table, family }) => dst === 'default' && table === 'main' && family === 'inet')
    .sort((one, other) => (one.metric ?? 0) - (other.metric ?? 0))[0]

let last: string | undefined
const react = async () => {
  const { via = '', devName: dev = '' } = best() ?? {}
  const now = dev && `${via || 'no gateway'} dev ${dev}`
  if (now === last) return
  last = now
  console.log(now || 'none')
  if (!program) return
  const child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, VIA: String(via), DEV: dev } })
  await once(child, 'exit')
}

const changes = cache.watch()
await react()
for await (const _ of changes) await react()
