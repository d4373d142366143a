import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from './netns.js'
import type { suiteNeeding } from './privileges.js'
import './built.js'

type Suite = ReturnType<typeof suiteNeeding>

/** Returns the object with synchronous methods only. Their results can be awaited too. */
const synchronous = <T extends object>(object: T): T =>
  new Proxy(object, {
    get(target, key) {
      const inner = Reflect.get(target, key, target)
      if (typeof inner === 'object' && inner !== null && key !== 'connection') return synchronous(inner)
      const sync = typeof key === 'string' ? Reflect.get(target, `${key}Sync`, target) : undefined
      return typeof sync === 'function' ? sync.bind(target) : typeof inner === 'function' ? inner.bind(target) : inner
    },
  })

/** Deletes proxies of all links. The kernel keeps those of a deleted namespace, and a new namespace may inherit them. */
export function deleteInheritedProxies(nl: Netlink): void {
  for (const proxy of nl.neighbour.listSync({ proxy: true })) if (proxy.dev === 0) nl.neighbour.deleteSync(proxy)
}

/** Defines a test of the API that runs twice, with the asynchronous and the synchronous methods, each in its own namespace. */
export function inBothWays(test: Suite, name: string, use: (nl: Netlink, ns: Namespace) => Promise<void>): void {
  for (const [way, view] of [
    ['async', (nl: Netlink) => nl],
    ['sync', synchronous],
  ] as const) {
    test(`${name}, ${way}`, () =>
      inScratch(async (namespace) => {
        using nl = Netlink.open({ netns: namespace.path })
        deleteInheritedProxies(nl)
        await use(view(nl), namespace)
      }))
  }
}

/** Checks that a call fails with an error of this code or class, and with a message that matches. */
export async function refuses(what: string, call: () => unknown, code: string, says: RegExp = /./): Promise<void> {
  let result: unknown
  try {
    result = await call()
  } catch (error) {
    const { name, code: own, message } = error as Error & { code?: string }
    assert.ok(own === code || name === code, `${what}: expected ${code}, got ${name} ${own}: ${message}`)
    assert.match(message, says, what)
    return
  }
  assert.unreachable(`${what}: expected ${code}, got ${String(result)}`)
}

/** Creates two veth pairs, `a` and `b` with `a-peer` and `b-peer`, all up. */
export async function veths(nl: Netlink): Promise<void> {
  for (const name of ['a', 'b'])
    await nl.link.add({ name, kind: 'veth', up: true, peer: { name: `${name}-peer`, up: true } })
}
