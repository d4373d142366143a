import { type Desired, Netlink } from '@netloom/netlink'

/**
 * Applies a state in a namespace, and another one in its check, for tests that restrict this process: `plan-nested.ts NETNS`. Prints the
 * error of the inner one, and then whether that can be applied afterwards.
 */
const [netns = ''] = process.argv.slice(2)
using nl = Netlink.open({ netns })
using other = Netlink.open({ netns })
const withMtu = (mtu: number): Desired => ({ links: [{ name: 'a', mtu }] })
const apply = async () => (await other.plan(withMtu(1300))).apply()
const error = (await (await nl.plan(withMtu(1400))).apply({ checks: [apply] }).catch(({ cause }) => cause)) as Error & {
  code?: string
  pid?: number
}
console.log(error.code, error.pid === process.pid)
console.log((await apply()).done.length)
