import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { arpRequest, isArpReply } from './icmpv6.js'
import { inPod, type Outer, type Pod } from './pod.js'

const test = suiteNeeding('cni-tap: frames of a redirected interface', 'netns', 'tun', 'cniPlugins')

const seconds = 20_000

/** Reads frames until one fulfils `isWanted`. The kernel sends frames of its own too. */
function readUntil(tap: TunTap, isWanted: (frame: Buffer) => boolean): Buffer {
  for (;;) {
    const frame = tap.read(seconds)
    assert.ok(frame, 'expected a frame')
    if (frame !== null && isWanted(frame)) return frame
  }
}

const macBytes = (mac: string) => Buffer.from(mac.replaceAll(':', ''), 'hex')

/** Returns a frame with the ethertype for experiments, which the bridge filters of the kernel do not examine. */
function frameOf(to: string, from: string, length: number): Buffer {
  const payload = Buffer.alloc(length)
  for (let at = 0; at < length; at++) payload[at] = (at * 7) & 0xff
  return Buffer.concat([macBytes(to), macBytes(from), Buffer.from('88b5', 'hex'), payload])
}

/** The kernel drops frames to a tap until some time after it was opened. Sends frames until one arrives. */
async function awaitPath(from: TunTap, to: TunTap): Promise<void> {
  const probe = frameOf('ff:ff:ff:ff:ff:ff', '02:00:00:00:00:98', 46)
  probe.writeUInt16BE(0x88b6, 12)
  await until('a frame to arrive', () => {
    from.write(probe)
    for (let frame = to.read(100); frame; frame = to.read(0)) if (frame.equals(probe)) return true
    return false
  })
}

const isExperiment = (frame: Buffer) => frame.readUInt16BE(12) === 0x88b5

const addressOf = (pod: Pod, name: string): string => pod.attachment.link(name).address

/** Creates another device at the bridge. */
async function connectPeer(pod: Pod): Promise<TunTap> {
  const peer = TunTap.create({ mode: 'tap', name: 'peer', netns: pod.host.path, up: true })
  pod.host.ip('link', 'set', 'peer', 'master', 'br0')
  const stateOf = () => pod.host.ip('link', 'show', 'peer')[0].linkinfo.info_slave_data.state
  await until('the port to forward', () => stateOf() === 'forwarding')
  return peer
}

for (const outer of ['bridge', 'ptp'] satisfies Outer[]) {
  test(`after ${outer}: the gateway answers an ARP request of the guest, and the pod does not see the answer`, () =>
    inPod(outer, async (pod) => {
      pod.succeed('ADD', pod.config({}, pod.before()))
      using guest = pod.open()
      const reply = await until('an answer', () => {
        guest.write(arpRequest(addressOf(pod, 'eth0'), '10.1.2.2', '10.1.2.1'))
        for (let frame = guest.read(100); frame; frame = guest.read(0)) if (isArpReply(frame)) return frame
        return undefined
      })
      assert.is(reply.toString('hex', 0, 6), macBytes(addressOf(pod, 'eth0')).toString('hex'))
      assert.equal(pod.attachment.namespace.ip('neigh', 'show', 'dev', 'eth0'), [])
    }))
}

test('frames of all lengths pass in both directions unchanged', () =>
  inPod('bridge', async (pod) => {
    pod.succeed('ADD', pod.config({}, pod.before()))
    using peer = await connectPeer(pod)
    using guest = pod.open()
    await awaitPath(peer, guest)
    const [own, other] = [addressOf(pod, 'eth0'), '02:00:00:00:00:99']
    for (const length of [46, 47, 500, 1499, 1500]) {
      for (const to of [own, 'ff:ff:ff:ff:ff:ff']) {
        const sent = frameOf(to, other, length)
        peer.write(sent)
        assert.equal(readUntil(guest, isExperiment), sent, `${length} bytes to ${to}`)
      }
      const answer = frameOf(other, own, length)
      guest.write(answer)
      assert.equal(readUntil(peer, isExperiment), answer, `${length} bytes from the guest`)
    }
  }))

test('frames to the pod reach only the guest; after DEL, the pod answers at its address again', () =>
  inPod('bridge', async (pod) => {
    pod.succeed('ADD', pod.config({}, pod.before()))
    using peer = await connectPeer(pod)
    const request = arpRequest('02:00:00:00:00:99', '10.1.2.77', '10.1.2.2')
    {
      using guest = pod.open()
      await awaitPath(peer, guest)
      peer.write(request)
      readUntil(guest, (frame) => frame.equals(request))
      // Frames are handled in order, so an answer of the pod would come before this one.
      guest.write(frameOf('02:00:00:00:00:99', addressOf(pod, 'eth0'), 46))
      readUntil(peer, (frame) => {
        assert.not(isArpReply(frame))
        return isExperiment(frame)
      })
    }
    pod.succeed('DEL', pod.config())
    peer.write(request)
    assert.is(readUntil(peer, isArpReply).toString('hex', 6, 12), macBytes(addressOf(pod, 'eth0')).toString('hex'))
  }))

test.run()
