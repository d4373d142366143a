import { execFileSync } from 'node:child_process'
import type { Desired, Netlink } from '@netloom/netlink'
import type { Namespace } from '../../support/netns.js'
import type { Contender } from '../../support/rounds.js'
import { addInBatches, device } from '../connection/routes.js'

/** Numbers of objects in a state of ten thousand. */
const counts = { links: 500, addresses: 1000, routes: 7000, rules: 500, neighbours: 1000 }
export const COUNT = Object.values(counts).reduce((sum, count) => sum + count)

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)
const lladdr = '02:00:00:00:00:09'
const bytesOf = (at: number) => `${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`

/** Returns routes, each to a host. */
export const routes = (count: number): NonNullable<Desired['routes']> =>
  numbers(count).map((at) => ({ dst: `100.${bytesOf(at)}/32`, dev: device }))

/** Returns a state of ten thousand objects of five kinds. */
export const state = (): Desired => ({
  links: numbers(counts.links).map((at) => ({ name: `p${at}`, kind: 'veth', mtu: 1500 })),
  addresses: numbers(counts.addresses).map((at) => ({ address: `10.1.${at >> 8}.${at & 255}/32`, dev: device })),
  routes: routes(counts.routes),
  rules: numbers(counts.rules).map((at) => ({ priority: 1000 + at, from: `10.2.${at >> 8}.${at & 255}`, table: 100 })),
  neighbours: numbers(counts.neighbours).map((at) => ({
    dst: `10.0.${(at >> 8) + 1}.${at & 255}`,
    dev: device,
    lladdr,
  })),
})

/** Adds the links of a state. */
export function addLinks(namespace: Namespace): void {
  addInBatches(
    namespace,
    numbers(counts.links).map((at) => `link add p${at} type veth peer name q${at}`),
  )
}

/** Reads all objects of the kinds that a state contains, as the library returns them. */
export const dumps = (nl: Netlink) => [
  nl.link.listSync(),
  nl.address.listSync({ family: 'inet' }),
  nl.route.listSync({ family: 'inet' }),
  nl.rule.listSync({ family: 'inet' }),
  nl.neighbour.listSync({ family: 'inet' }),
]

/** Returns the milliseconds of CPU time of a function. */
export function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** Measures the CPU time of a function. `after` is not measured. */
export const contender = (name: string, work: () => unknown, after = () => {}): Contender => ({
  name,
  round() {
    const milliseconds = cpuOf(work)
    after()
    return milliseconds
  },
})

/** Returns the milliseconds of CPU time, and of the clock, of a command in a namespace, measured by bash. */
export function timeOf(namespace: Namespace, command: string): { readonly cpu: number; readonly wall: number } {
  const text = `TIMEFORMAT='%R %U %S'; time ${command}`
  const { name } = namespace
  const printed = execFileSync('ip', ['netns', 'exec', name, 'bash', '-c', `{ ${text}; } 2>&1`], { encoding: 'utf8' })
  const [wall = 0, user = 0, system = 0] = printed.trim().split(' ').map(Number)
  return { cpu: (user + system) * 1000, wall: wall * 1000 }
}
