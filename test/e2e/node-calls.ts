import type { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Answer, callPlugin } from '../support/plugin.js'
import { until } from '../support/until.js'
import type { Sandbox } from './cri.js'
import { cachedNames, readCached } from './leases.js'
import { addresses, inNamespace, link } from './links.js'
import { network, type StaticPods } from './static-pods.js'

/** Calls the plugin with what libcni keeps of a sandbox, as a runtime does that sends CHECK and GC. containerd 1.6 sends neither. */
async function call({ containerd }: StaticPods, command: string, sandbox: Sandbox, keys: object = {}): Promise<Answer> {
  const [name = ''] = cachedNames(sandbox.id)
  const { config, result, cniArgs } = readCached(name)
  const { plugins, ...list } = JSON.parse(Buffer.from(config, 'base64').toString())
  const stdin = { ...plugins[0], name: list.name, cniVersion: list.cniVersion, prevResult: result, ...keys }
  const { netns } = await containerd.cri.status(sandbox)
  const args = cniArgs.map((each) => each.join('=')).join(';')
  const attachment = command === 'GC' ? {} : { containerId: sandbox.id, netns, ifname: 'eth0', args }
  return callPlugin({ command, path: containerd.plugins.folder, config: stdin, ...attachment })
}

export function addNodeCallTests(test: ReturnType<typeof suite>, node: StaticPods): void {
  const { containerd, kubelet } = node

  test('CHECK with what libcni keeps: succeeds, and fails if the device has changed', () =>
    node.withPod('checked', async (name) => {
      const sandbox = await node.sandbox(name)
      const { netns } = await containerd.cri.status(sandbox)
      const check = () => call(node, 'CHECK', sandbox)
      assert.equal((await check()).exitCode, 0)
      for (const [damage, repair] of [
        ['link set eth0 mtu 1400', 'link set eth0 mtu 1450'],
        [`address del ${addresses(netns, 'eth0')[0]}/24 dev eth0`, undefined],
      ] as const) {
        inNamespace(netns, 'ip', ...damage.split(' '))
        const { exitCode, json } = await check()
        assert.equal([exitCode, typeof json.code], [1, 'number'], damage)
        if (repair) inNamespace(netns, 'ip', ...repair.split(' '))
      }
    }))

  test('GC removes what the runtime has forgotten, and leaves other pods alone', () =>
    node.withPod('valid', (name) =>
      node.withPod('forgotten', async (other) => {
        const [valid, forgotten] = await Promise.all([node.sandbox(name), node.sandbox(other)])
        const states = await Promise.all([valid, forgotten].map((each) => containerd.cri.status(each)))
        const attachments = [{ containerID: valid.id, ifname: 'eth0' }]
        const keys = { cniVersion: '1.1.0', prevResult: undefined }
        const gc = await call(node, 'GC', valid, {
          ...keys,
          'cni.dev/valid-attachments': attachments,
          'cni.dev/attachments': attachments,
        })
        assert.is(gc.exitCode, 0, gc.stdout + gc.stderr)
        assert.equal(
          states.map(({ netns }) => link(netns, 'eth0') !== undefined),
          [true, false],
        )
        assert.equal(node.leases.of(network), [states[0]?.ip])
      }),
    ))

  test('no free address: the pod waits, and starts when another one has ended', async () => {
    await node.setNetwork({ subnet: '10.88.0.0/30' })
    try {
      let failedIds: Set<string> = new Set()
      const failedAdds = () =>
        containerd.plugins.calls().filter(({ command, exitCode }) => command === 'ADD' && exitCode !== 0)
      await node.withPod('first', async () => {
        kubelet.addPod('second')
        await until('ADD to fail', () => failedAdds().length > 0)
        failedIds = new Set(failedAdds().map(({ containerId }) => containerId))
      })
      await node.withPod('second', async (name) => {
        const { status } = await kubelet.running(name)
        assert.is(status?.podIP, '10.88.0.2')
        assert.equal(node.leases.of(network), ['10.88.0.2'])
      })
      for (const id of failedIds) assert.equal(cachedNames(id), [])
    } finally {
      kubelet.removePod('second')
      await node.setNetwork()
    }
  })
}
