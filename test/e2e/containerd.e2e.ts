import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { Containerd } from './containerd.js'
import type { Pod } from './cri.js'
import { provided } from './environment.js'
import { addresses, inNamespace, link, linksOf } from './links.js'

const many = 50

interface Context {
  readonly containerd: Containerd
  readonly network: (name: string, subnet: string, keys?: object) => void
  readonly reservations: (name: string) => string[]
}

/** Returns a runtime with a list of `tap` and `tuning`. */
function prepare(programs: string): Context {
  const containerd = new Containerd(programs)
  const leases = join(containerd.folder, 'leases')
  const network = (name: string, subnet: string, keys: object = {}) => {
    const ipam = { type: 'host-local', subnet, dataDir: leases, routes: [{ dst: '10.200.0.0/16' }] }
    const tuning = { type: 'tuning', sysctl: { 'net.ipv4.conf.IFNAME.forwarding': '1' } }
    containerd.setNetwork(name, { cniVersion: '1.0.0', name, plugins: [{ type: 'tap', ipam, ...keys }, tuning] })
  }
  network('10-one', '10.88.0.0/16', { mtu: 1450, owner: 107, group: 107 })
  const reservations = (name: string) => {
    const folder = join(leases, name)
    return existsSync(folder) ? readdirSync(folder).filter((each) => /^[\d.]+$/.test(each)) : []
  }
  return { containerd, network, reservations }
}

/** Asserts that stopped and removed pods left nothing. */
async function assertGone({ containerd, reservations }: Context, pods: readonly Pod[], netns: readonly string[]) {
  for (const each of netns) assert.not.ok(existsSync(each), each)
  assert.equal(reservations('10-one'), [])
  const { items } = await containerd.cri.call('ListPodSandbox')
  assert.is(items.length, 0)
  const caches = existsSync('/var/lib/cni/results') ? readdirSync('/var/lib/cni/results') : []
  assert.equal(
    caches.filter((name) => pods.some(({ id }) => name.includes(id))),
    [],
  )
}

function addTests(test: ReturnType<typeof suite>, context: Context): void {
  const { containerd, reservations } = context
  const { plugins } = containerd

  test('the image is imported, and the network is ready', async () => {
    await containerd.start()
    containerd.importImage()
    assert.ok(await containerd.isReady())
  })

  test('a pod gets a tap with an address, its MTU, and the settings of tuning', async () => {
    const pod = await containerd.cri.run('single')
    const { ip, state, netns } = await containerd.cri.status(pod)
    assert.is(state, 'SANDBOX_READY')
    assert.equal(addresses(netns, 'eth0'), [ip])
    const { mtu, flags, linkinfo } = link(netns, 'eth0')
    assert.equal([mtu, linkinfo.info_kind, linkinfo.info_data.persist], [1450, 'tun', true])
    assert.ok(flags.includes('UP'))
    const forwarding = inNamespace(netns, 'cat', '/proc/sys/net/ipv4/conf/eth0/forwarding')
    assert.is(forwarding.trim(), '1')
    assert.match(inNamespace(netns, 'ip', 'route'), /^10\.200\.0\.0\/16 .*dev eth0/m)
    const [add] = plugins.calls()
    assert.match(add?.args ?? '', /K8S_POD_NAME=single/)
    await containerd.cri.stop(pod)
    assert.equal(reservations('10-one'), [])
    await containerd.cri.remove(pod)
    assert.equal(plugins.commandsOf(pod.id), ['ADD', 'DEL', 'DEL'])
    assert.ok(plugins.calls().every(({ exitCode }) => exitCode === 0))
    await assertGone(context, [pod], [netns])
  })

  test('a stopped pod is stopped again', async () => {
    const pod = await containerd.cri.run('again')
    for (let round = 0; round < 3; round++) await containerd.cri.stop(pod)
    await containerd.cri.remove(pod)
    await containerd.cri.remove(pod)
    assert.equal(reservations('10-one'), [])
  })

  test(`${many} pods at once`, async () => {
    const pods = await Promise.all(Array.from({ length: many }, (_, index) => containerd.cri.run(`many-${index}`)))
    const states = await Promise.all(pods.map((pod) => containerd.cri.status(pod)))
    assert.is(new Set(states.map(({ ip }) => ip)).size, many)
    for (const { netns, ip } of states) assert.equal(addresses(netns, 'eth0'), [ip])
    assert.is(reservations('10-one').length, many)
    await Promise.all(pods.map((pod) => containerd.cri.stop(pod)))
    await Promise.all(pods.map((pod) => containerd.cri.remove(pod)))
    for (const { id } of pods) assert.equal(plugins.commandsOf(id), ['ADD', 'DEL', 'DEL'])
    await assertGone(
      context,
      pods,
      states.map(({ netns }) => netns),
    )
  })

  test('containerd restarts: the pod keeps its tap, and is removed', async () => {
    const pod = await containerd.cri.run('survivor')
    const before = await containerd.cri.status(pod)
    const { ifindex } = link(before.netns, 'eth0')
    await containerd.stop()
    await containerd.start()
    const after = await until('the pod', () => containerd.cri.status(pod).catch(() => false as const))
    assert.equal(after, before)
    assert.is(link(after.netns, 'eth0').ifindex, ifindex)
    await containerd.cri.stop(pod)
    await containerd.cri.remove(pod)
    await assertGone(context, [pod], [before.netns])
  })

  test('two networks: the pod gets two taps', async () => {
    context.network('20-two', '10.89.0.0/16', { multiQueue: true })
    await containerd.stop()
    await containerd.start(2)
    const pod = await containerd.cri.run('two')
    const { netns } = await containerd.cri.status(pod)
    const taps = linksOf(netns).filter(({ linkinfo }) => linkinfo?.info_kind === 'tun')
    assert.equal(taps.map(({ ifname }) => ifname).sort(), ['eth0', 'eth1'])
    assert.equal(taps.map(({ linkinfo }) => linkinfo.info_data.multi_queue).sort(), [false, true])
    assert.equal([reservations('10-one').length, reservations('20-two').length], [1, 1])
    await containerd.cri.stop(pod)
    await containerd.cri.remove(pod)
    assert.equal([reservations('10-one'), reservations('20-two')], [[], []])
    await assertGone(context, [pod], [netns])
  })

  test('the network has no free address: RunPodSandbox fails, and nothing is left', async () => {
    context.network('10-one', '10.88.0.0/30', {})
    await containerd.stop()
    await containerd.start(1)
    const pod = await containerd.cri.run('last')
    const error = await containerd.cri.run('too-many').then(
      () => undefined,
      (reason) => reason,
    )
    assert.match(String(error?.message), /no IP addresses available/)
    await containerd.cri.stop(pod)
    await containerd.cri.remove(pod)
    await containerd.removePods()
    await assertGone(context, [pod], [])
  })
}

for (const release of ['bookworm', 'sid']) {
  const test = suiteNeeding(`e2e: containerd of ${release}`, 'netns', 'tun', 'cniPlugins')
  const context = prepare(provided(`NETLOOM_CONTAINERD_${release.toUpperCase()}`))
  // A test that failed has left its pods.
  test.before.each(() => context.containerd.removePods())
  test.after(async () => {
    console.log(context.containerd.log())
    await context.containerd.stop()
  })
  addTests(test, context)
  test.run()
}
