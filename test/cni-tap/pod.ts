import { join } from 'node:path'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { type Namespace, scratch } from '../support/netns.js'
import { type Answer, type Call, callPlugin } from '../support/plugin.js'
import { Attachment, standardPlugins } from './attachment.js'

/** Debian's plugins that can create the interface of a pod. */
export type Outer = 'bridge' | 'ptp' | 'macvlan'

/** A pod with an interface `eth0` that another plugin has created, and a namespace in place of the host. */
export class Pod implements Disposable {
  readonly attachment: Attachment
  /** The namespace in which the other plugin runs: it has the bridge, or the other end of the veth pair. */
  readonly host: Namespace = scratch()
  readonly #outer: Outer

  constructor(outer: Outer, version?: string) {
    this.attachment = new Attachment(version)
    this.#outer = outer
    // `master` of macvlan.
    if (outer === 'macvlan') this.host.ip('link', 'add', 'up0', 'up', 'type', 'veth', 'peer', 'name', 'up1')
    if (outer === 'macvlan') this.host.ip('link', 'set', 'up1', 'up')
  }

  /** Runs a command of the other plugin in the host's namespace. */
  outer(command: string, prevResult?: object, given?: object): Answer {
    const { attachment: a, host } = this
    const keys =
      given ?? { bridge: { bridge: 'br0', isGateway: true }, ptp: {}, macvlan: { master: 'up0' } }[this.#outer]
    const { ipam } = a.hostLocal('10.1.2.0/24')
    const config = a.config({ type: this.#outer, ...keys, ipam, ...(prevResult && { prevResult }) })
    const call = a.call(command, config, { ifname: 'eth0' })
    const answer = callPlugin(call, ['ip', 'netns', 'exec', host.name, join(standardPlugins, this.#outer)])
    assert.is(answer.exitCode, 0, answer.stdout + answer.stderr)
    return answer
  }

  /** Runs the other plugin's ADD. Returns its result. */
  // biome-ignore lint/suspicious/noExplicitAny: results of several versions; the tests look at single members
  before(): any {
    return this.outer('ADD').json
  }

  config(keys: object = {}, prevResult?: object): object {
    return this.attachment.config({ redirect: 'prevResult', ...keys, ...(prevResult && { prevResult }) })
  }

  run(command: string, config: object, changes: Partial<Call> = {}): Answer {
    return this.attachment.run(command, config, { ifname: 'eth0', ...changes })
  }

  succeed(command: string, config: object, changes: Partial<Call> = {}): Answer {
    return this.attachment.succeed(command, config, { ifname: 'eth0', ...changes })
  }

  fail(command: string, config: object, code: number, msg: string | RegExp, changes: Partial<Call> = {}): Answer {
    return this.attachment.fail(command, config, code, msg, { ifname: 'eth0', ...changes })
  }

  /** Runs `tc -j` in the pod. */
  // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON has no types
  tc(...args: string[]): any[] {
    return JSON.parse(this.attachment.namespace.exec('tc', ['-j', ...args]) || '[]')
  }

  /** Changes traffic control in the pod. */
  change(...args: string[]): void {
    this.attachment.namespace.exec('tc', args)
  }

  /** Returns the kinds of the qdiscs at the ingress of a device. */
  hooks(dev: string): string[] {
    return this.tc('qdisc', 'show', 'dev', dev)
      .filter(({ parent }) => parent === 'ffff:fff1')
      .map(({ kind }) => kind)
  }

  /** Opens a tap, like a virtual machine. */
  open(name = 'tap0'): TunTap {
    return TunTap.attach({ mode: 'tap', name, netns: this.attachment.namespace.path })
  }

  [Symbol.dispose](): void {
    this.attachment[Symbol.dispose]()
    this.host.remove()
  }
}

/** Calls `use` with a pod and removes it afterwards, also if `use` throws. */
export async function inPod(outer: Outer, use: (pod: Pod) => unknown, version?: string): Promise<void> {
  using pod = new Pod(outer, version)
  await use(pod)
}
