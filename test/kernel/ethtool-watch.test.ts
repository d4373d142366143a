import { type EthtoolEvent, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { ethtool } from '../support/ethtool.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('events of ethtool', 'netns', 'tun', 'ethtool')

function addLinks(namespace: Namespace): void {
  namespace.ip('link', 'add', 'v0', 'numrxqueues', 2, 'numtxqueues', 2, 'type', 'veth', 'peer', 'name', 'v1')
  namespace.exec('ip', ['tuntap', 'add', 'tap0', 'mode', 'tap'])
}

/** Changes of ethtool, with the subjects of their events. */
const changes = [
  ['features', 'v0', '-K v0 tso off'],
  ['channels', 'v0', '-L v0 rx 1 tx 1'],
  ['coalesce', 'tap0', '-C tap0 rx-frames 16'],
  ['debug', 'tap0', '-s tap0 msglvl drv on link on'],
  ['linkModes', 'tap0', '-s tap0 speed 1000'],
] as const

/** Returns the next event about a link. */
async function nextAbout(watch: AsyncIterator<EthtoolEvent>, link: string, subject: string) {
  for (;;) {
    const { value } = (await watch.next()) as { value: EthtoolEvent }
    // The kernel reports features of the other end, too.
    if (value.type === 'changed' && value.object.devName === link && value.subject === subject) return value
  }
}

test('the object of an event is the one that is read afterwards', () =>
  inScratch(async (namespace) => {
    addLinks(namespace)
    using nl = Netlink.open({ netns: namespace.path })
    using watch = await nl.ethtool.watch().ready()
    for (const [subject, link, command] of changes) {
      const before = await nl.ethtool[subject].get(link)
      assert.is(ethtool(namespace, command.split(' ')).status, 0, command)
      const event = await nextAbout(watch, link, subject)
      const after = await nl.ethtool[subject].get(link)
      assert.equal(event.object, after, command)
      assert.not.equal(after, before, `${command} changes something`)
    }
  }))

test('an aborted watch ends with the reason', () =>
  inScratch(async (namespace) => {
    using nl = Netlink.open({ netns: namespace.path })
    const reason = new Error('enough')
    const controller = new AbortController()
    const watch = nl.ethtool.watch({ signal: controller.signal })
    const next = watch.next()
    controller.abort(reason)
    try {
      await next
      assert.unreachable()
    } catch (error) {
      assert.is(error, reason)
    }
    assert.throws(() => nl.ethtool.watch({ receiveBuffer: 0 }), /receiveBuffer/)
  }))

test.run()
