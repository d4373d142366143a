import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { until } from '../support/until.js'
import { Containerd } from './containerd.js'
import type { Sandbox } from './cri.js'
import { provided } from './environment.js'
import { Kubelet, nodeName, unhurried } from './kubelet.js'
import { cachedNames, Leases } from './leases.js'
import { addresses, link } from './links.js'

/** Name of the pods' network. */
export const network = '10-pods'

const subnet = '10.88.0.0/24'

/** A kubelet without a cluster. Its pods have a tap and an address of host-local. */
export class StaticPods {
  readonly containerd: Containerd = new Containerd(provided('NETLOOM_CONTAINERD_BOOKWORM'))
  readonly kubelet: Kubelet = new Kubelet(this.containerd.socket)
  /** The sandboxes that the kubelet stopped, and will remove. */
  readonly stopped: Set<string> = new Set()
  readonly leases: Leases = new Leases(join(this.containerd.folder, 'leases'))

  #writeNetwork(range: { readonly subnet: string }): void {
    const ipam = { type: 'host-local', dataDir: this.leases.folder, ...range }
    const plugins = [{ type: 'tap', mtu: 1450, owner: 107, group: 108, ipam }]
    this.containerd.setNetwork(network, { cniVersion: '1.0.0', name: network, plugins })
  }

  /** Changes the addresses of further pods. Waits until the runtime knows it. */
  async setNetwork(range = { subnet }): Promise<void> {
    this.#writeNetwork(range)
    await until('containerd to read the network', () => this.containerd.hasNetwork(range.subnet))
  }

  async start(): Promise<void> {
    this.#writeNetwork({ subnet })
    await this.containerd.start()
    this.containerd.importImage()
    await this.kubelet.start()
  }

  /** Ends the programs. Pods that are left end with the namespaces of the suite. */
  async stop(): Promise<void> {
    await this.kubelet.stop()
    await this.containerd.stop()
  }

  /** Returns the newest sandbox of a pod. Waits until it is ready, and another one than those that were before. */
  sandbox(name: string, ...before: readonly string[]): Promise<Sandbox> {
    return until(`a sandbox of ${name}`, async () => {
      const [newest] = await this.containerd.cri.sandboxes(`${name}-${nodeName}`)
      return newest?.state === 'SANDBOX_READY' && !before.includes(newest.id) ? newest : undefined
    })
  }

  /** Runs a pod, calls `use`, deletes the pod, and asserts that its sandboxes left nothing when the kubelet stopped them. */
  async withPod(name: string, use: (name: string) => Promise<void>): Promise<void> {
    const { cri } = this.containerd
    this.kubelet.addPod(name)
    try {
      await this.kubelet.running(name)
      await use(name)
    } finally {
      this.kubelet.removePod(name)
    }
    const sandboxes = await cri.sandboxes(`${name}-${nodeName}`)
    await until(`the kubelet to stop ${name}`, async () => {
      const states = await Promise.all(sandboxes.map((each) => cri.status(each)))
      return states.every(({ state, netns }) => state === 'SANDBOX_NOTREADY' && !existsSync(netns))
    })
    for (const { id } of sandboxes) {
      this.assertDetached(id)
      this.stopped.add(id)
    }
  }

  /** Asserts that the plugin got ADD and at least one DEL for a sandbox, that DEL succeeded, and that nothing is kept of it. */
  assertDetached(id: string): void {
    assert.match(this.commands(id).join(' '), /^ADD DEL(?: DEL)*$/)
    const calls = this.containerd.plugins.calls().filter(({ containerId }) => containerId === id)
    const failed = calls.filter(({ command, exitCode }) => exitCode !== 0 && command !== 'ADD')
    const held = this.leases.of(network).filter((address) => this.leases.holder(network, address)[0] === id)
    assert.equal([failed, cachedNames(id), held], [[], [], []])
  }

  commands(id: string): string[] {
    return this.containerd.plugins.commandsOf(id)
  }
}

/** Asserts that the device of a sandbox is the one of the configuration, with the address that everything names. */
async function assertAttached({ containerd, leases }: StaticPods, sandbox: Sandbox, podIp: string | undefined) {
  const { ip, netns } = await containerd.cri.status(sandbox)
  assert.equal([ip, addresses(netns, 'eth0')], [podIp, [podIp]])
  const { mtu, flags, address, linkinfo } = link(netns, 'eth0')
  const { info_kind: kind, info_data: tun } = linkinfo
  assert.equal([mtu, kind, tun.type, tun.persist, tun.user, tun.group], [1450, 'tun', 'tap', true, 107, 108])
  assert.ok(flags.includes('UP'))
  assert.equal(leases.holder(network, ip), [sandbox.id, 'eth0'])
  const { cniResult } = await containerd.cri.kept(sandbox)
  const { Mac, Sandbox: path, IPConfigs } = cniResult.Interfaces.eth0
  assert.equal([Mac, path, IPConfigs.map((each: { IP: string }) => each.IP)], [address, netns, [ip]])
}

export function addStaticPodTests(test: ReturnType<typeof suite>, node: StaticPods): void {
  const { containerd, kubelet } = node

  test('a pod gets a tap with owner, MTU and address, which is that of the pod', () =>
    node.withPod('attached', async (name) => {
      const { status, metadata } = await kubelet.running(name)
      const sandbox = await node.sandbox(name)
      await assertAttached(node, sandbox, status?.podIP)
      const [add] = containerd.plugins.calls().filter(({ containerId }) => containerId === sandbox.id)
      const args = Object.fromEntries((add?.args ?? '').split(';').map((each) => each.split('=')))
      const { K8S_POD_NAMESPACE, K8S_POD_NAME, K8S_POD_INFRA_CONTAINER_ID } = args
      const expected = ['default', metadata?.name, sandbox.id]
      assert.equal([K8S_POD_NAMESPACE, K8S_POD_NAME, K8S_POD_INFRA_CONTAINER_ID], expected)
    }))

  test('a container that is killed starts again, with the same tap', () =>
    node.withPod('restarted', async (name) => {
      const sandbox = await node.sandbox(name)
      const { netns } = await containerd.cri.status(sandbox)
      const { ifindex } = link(netns, 'eth0')
      process.kill(await containerd.cri.containerPid(sandbox), 'SIGKILL')
      const { status } = await kubelet.running(name, 1)
      await assertAttached(node, sandbox, status?.podIP)
      assert.is(link(netns, 'eth0').ifindex, ifindex)
      assert.equal(node.commands(sandbox.id), ['ADD'])
    }))

  test('a sandbox that is killed is replaced: DEL for the old one, ADD for the new one', () =>
    node.withPod('replaced', async (name) => {
      const old = await node.sandbox(name)
      const { pid } = await containerd.cri.kept(old)
      process.kill(pid, 'SIGKILL')
      const { status } = await kubelet.running(name, 1)
      // The kubelet may need more than one attempt.
      const sandbox = await node.sandbox(name, old.id)
      assert.ok(sandbox.metadata.attempt > 0)
      await assertAttached(node, sandbox, status?.podIP)
      node.assertDetached(old.id)
      // The kubelet deletes the sandboxes of earlier attempts some time later.
      const isAlone = () => node.leases.of(network).length === 1
      await until('the leases of earlier attempts to be released', isAlone, unhurried)
    }))

  test('the kubelet restarts: the pod keeps its tap, and the plugin is not called', () =>
    node.withPod('kept', async (name) => {
      const sandbox = await node.sandbox(name)
      const { netns } = await containerd.cri.status(sandbox)
      const { ifindex } = link(netns, 'eth0')
      await kubelet.stop()
      await kubelet.start()
      const { status } = await kubelet.running(name)
      await assertAttached(node, sandbox, status?.podIP)
      assert.is(link(netns, 'eth0').ifindex, ifindex)
      assert.equal(node.commands(sandbox.id), ['ADD'])
    }))

  test('the kubelet removes the sandboxes of deleted pods: DEL again, which changes nothing', async () => {
    const isEmpty = async () => (await containerd.cri.sandboxes()).length === 0
    await until('the kubelet to remove the sandboxes', isEmpty, unhurried)
    assert.ok(node.stopped.size > 0)
    for (const id of node.stopped) {
      node.assertDetached(id)
      assert.ok(node.commands(id).length > 2, node.commands(id).join())
    }
  })
}
