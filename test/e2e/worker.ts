import { Connection } from '@netloom/netlink'
import { NFPROTO, netfilter } from '@netloom/netlink/netfilter'
import * as assert from 'uvu/assert'
import { Attachment } from '../cni-tap/attachment.js'
import { startPlugin } from '../support/plugin.js'

/** Keys of the attachments, in turn. */
const kinds = [{}, { mtu: 9000, owner: 107, group: 107 }, { multiQueue: true }, { bridge: 'br0', macspoofchk: true }]

/** A pod that gets and loses attachments, one after the other. */
export class Worker implements Disposable {
  readonly pod: Attachment = new Attachment()
  /** Durations of ADD in milliseconds, in order. */
  readonly durations: number[] = []

  /** @param shared configuration of the network that all workers use, so that they compete for its addresses */
  constructor(
    readonly number: number,
    readonly shared: object,
  ) {
    this.pod.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'type', 'bridge'])
  }

  async #call(command: string, config: object, containerId: string): Promise<object> {
    const answer = await startPlugin(this.pod.call(command, config, { containerId }))
    assert.is(answer.exitCode, 0, `${containerId} ${command}: ${answer.stdout}${answer.stderr}`)
    return answer.json
  }

  /** Runs one attachment through its life. */
  async cycle(): Promise<void> {
    const count = this.durations.length
    const containerId = `soak-${this.number}-${count}`
    const config = { ...this.shared, ...kinds[count % kinds.length] }
    const begun = performance.now()
    const prevResult = await this.#call('ADD', config, containerId)
    this.durations.push(performance.now() - begun)
    await this.#call('CHECK', { ...config, prevResult }, containerId)
    await this.#call('DEL', { ...config, prevResult }, containerId)
    if (count % 5 === 0) await this.#call('DEL', config, containerId)
  }

  #tables(): string[] {
    using nl = Connection.openProtocol(netfilter, { netns: this.pod.namespace.path })
    return nl.dumpSync('NFT_MSG_GETTABLE', { family: NFPROTO.BRIDGE }).map(({ attrs }) => `table ${attrs.name}`)
  }

  /** Returns what is left in the pod. */
  leftovers(): string[] {
    const devices = this.pod.devices().filter((name) => !['lo', 'br0'].includes(name))
    const routes = this.pod.namespace.ip('route').map(({ dst }) => `route ${dst}`)
    return [...devices, ...routes, ...this.#tables()]
  }

  [Symbol.dispose](): void {
    this.pod[Symbol.dispose]()
  }
}
