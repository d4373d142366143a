import { readdirSync, readlinkSync, statSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { scratch } from '../support/netns.js'
import type { Answer } from '../support/plugin.js'
import { type Attachment, attached } from './attachment.js'

const expectSuccess = (answers: readonly Answer[]) => {
  for (const { exitCode, stdout } of answers) assert.is(exitCode, 0, stdout)
}

/** Runs `count` ADDs at once in one namespace, then as many DELs. */
export const inOneNamespace = (count: number) =>
  attached(async (a) => {
    const config = a.config(a.hostLocal('10.1.0.0/16', 'fd00:1::/64'))
    const names = Array.from({ length: count }, (_, index) => `tap${index}`)
    const all = (command: string) =>
      Promise.all(names.map((ifname) => a.start(command, config, { ifname, containerId: `c-${ifname}` })))

    const added = await all('ADD')
    expectSuccess(added)
    assert.equal(a.devices().sort(), ['lo', ...names].sort())
    const addresses = added.flatMap(({ json }) => json.ips.map(({ address }: { address: string }) => address))
    assert.is(new Set(addresses).size, 2 * count)
    assert.is(a.reservations().length, 2 * count)
    for (const [index, ifname] of names.entries()) {
      assert.equal(a.addresses(ifname), addresses.slice(2 * index, 2 * index + 2))
    }
    expectSuccess(await all('DEL'))
    a.assertClean()
  })

/** Creates, attaches, detaches and removes `count` namespaces, one after another. */
export const inManyNamespaces = (count: number) =>
  attached((a) => {
    const config = a.config({ ...a.hostLocal('10.1.0.0/16', 'fd00:1::/64'), mtu: 1400 })
    for (let index = 0; index < count; index++) attachAndDetach(a, config, `c${index}`)
    a.assertClean()
  })

function attachAndDetach(a: Attachment, config: object, containerId: string): void {
  using namespace = scratch()
  const changes = { netns: namespace.path, containerId }
  const devices = () => namespace.ip('link').map(({ ifname }) => ifname)
  a.succeed('ADD', config, changes)
  assert.equal(devices(), ['lo', 'tap0'])
  assert.is(a.reservations().length, 2)
  a.succeed('DEL', config, changes)
  assert.equal(devices(), ['lo'])
  assert.not(namespacesInUse().includes(`net:[${statSync(namespace.path).ino}]`))
}

/** Returns the namespaces of all processes. Such a namespace outlives its name. */
function namespacesInUse(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readlinkSync(`/proc/${pid}/ns/net`)] : []
    } catch {
      // The process has exited, or it is a kernel thread.
      return []
    }
  })
}
