import { type NamedTeamOption, type NamedTeamPort, Netlink, type TeamEvent } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { prepared, runCookbookSection } from '../support/cookbook-twins.js'
import { loadModule } from '../support/guest-modules.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { sameLines } from '../support/same-lines.js'
import { teamnl } from '../support/teamnl.js'

/** nl.team, compared with teamnl. This machine's kernel may lack teams. */
const test = suiteNeeding('teams', 'netns', 'teamnl')

test.before(() => {
  for (const name of ['team', 'team_mode_activebackup', 'team_mode_loadbalance', 'team_mode_roundrobin'])
    loadModule(name)
})

/** Prepares a namespace with a team without mode, and two links. */
function prepare(namespace: Namespace): void {
  namespace.ip('link', 'add', 'team0', 'type', 'team')
  for (const name of ['eth1', 'eth2']) {
    const peer = `${name}-peer`
    namespace.ip('link', 'add', 'name', name, 'type', 'veth', 'peer', 'name', peer)
    // Linux 6.1 sets an end up only if its peer exists: ENOTCONN.
    namespace.ip('link', 'set', peer, 'up')
  }
}

const trimmedLines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.replace(/^\*/, '').trim())
    .filter((line) => line !== '')

/** False for counters of loadbalance, which change. */
const isSettled = (line: string) => !/^lb_\w+_stats /.test(line)

/** Returns the options that teamnl lists, without counters, which change. */
const optionLines = (namespace: Namespace) => trimmedLines(teamnl(namespace, 'team0', 'options')).filter(isSettled)

const textOf = (value: unknown) =>
  value instanceof Uint8Array
    ? [...value].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join('')
    : String(value)

/** Returns an option as teamnl prints it. */
const lineOf = ({ name, value, devName, arrayIndex }: NamedTeamOption) =>
  [
    name,
    ...(devName === undefined ? [] : [`(port:${devName})`]),
    ...(arrayIndex === undefined ? [] : [`(arridx:${arrayIndex})`]),
    textOf(value),
  ]
    .join(' ')
    .trim()

/** Returns a port as teamnl prints it. */
const portLine = ({ dev, devName, isLinkUp, speed, duplex }: NamedTeamPort) =>
  `${dev}: ${devName}: ${isLinkUp ? 'up' : 'down'} ${speed}Mbit ${duplex === 'half' ? 'HD' : 'FD'}`

inBothWays(test, 'options and ports are what teamnl shows', async (nl, ns) => {
  prepare(ns)
  for (const mode of ['loadbalance', 'activebackup']) {
    await nl.team.set('team0', { mode })
    for (const link of ['eth1', 'eth2']) {
      await nl.link.set(link, { master: 'team0' })
      await nl.link.set(link, { up: true })
    }
    const options = await nl.team.options('team0', { names: true })
    // teamnl has an order of its own.
    sameLines(options.map(lineOf).filter(isSettled).sort(), optionLines(ns).sort())
    const team = await nl.team.get('team0')
    assert.is(team?.mode, mode)
    assert.is(teamnl(ns, 'team0', 'getoption', 'mode').trim(), mode)
    const ports = await nl.team.ports('team0', { names: true })
    sameLines(ports.map(portLine).sort(), trimmedLines(teamnl(ns, 'team0', 'ports')).sort())
    for (const link of ['eth1', 'eth2']) {
      await nl.link.set(link, { up: false })
      await nl.link.set(link, { master: 0 })
    }
  }
})

inBothWays(test, 'options are set by their types', async (nl, ns) => {
  prepare(ns)
  await nl.team.set('team0', { mode: 'activebackup' })
  for (const link of ['eth1', 'eth2']) await nl.link.set(link, { master: 'team0' })
  await nl.team.setOption('team0', { name: 'notify_peers_count', value: 3 })
  await nl.team.setOption('team0', { name: 'priority', dev: 'eth2', value: -7 })
  await nl.team.setOption('team0', { name: 'user_linkup_enabled', dev: 'eth1', value: true })
  assert.is(teamnl(ns, 'team0', 'getoption', 'notify_peers_count').trim(), '3')
  assert.is(teamnl(ns, '-p', 'eth2', 'team0', 'getoption', 'priority').trim(), '-7')
  assert.is(teamnl(ns, '-p', 'eth1', 'team0', 'getoption', 'user_linkup_enabled').trim(), 'true')
  await nl.team.setOption('team0', { name: 'user_linkup_enabled', dev: 'eth1', value: false })
  assert.is((await nl.team.getOption('team0', { name: 'user_linkup_enabled', dev: 'eth1' }))?.value, false)
  await nl.team.set('team0', { activePort: 'eth2' })
  const [a, b] = [await nl.link.get('eth1'), await nl.link.get('eth2')]
  assert.is((await nl.team.get('team0'))?.activePort, b?.index)
  assert.is(teamnl(ns, 'team0', 'getoption', 'activeport').trim(), String(b?.index))
  await refuses(
    'type',
    () => nl.team.setOption('team0', { name: 'mode', value: 7 }),
    'TypeError',
    /option mode .* text/,
  )
  await refuses(
    'none',
    () => nl.team.setOption('team0', { name: 'none', value: 7 }),
    'ENOENT',
    /team0: no such option "none"/,
  )
  await refuses('mode', () => nl.team.set('team0', { mode: 'roundrobin' }), 'EBUSY', /TEAM_CMD_OPTIONS_SET team0/)
  await refuses(
    'port',
    () => nl.team.set('team0', { activePort: 'eth1-peer' }),
    'ENOENT',
    /link is no port of the team/,
  )
  assert.equal(
    (await nl.team.list()).map(({ name, ports }) => [name, ports.map(({ dev }) => dev).sort()]),
    [['team0', [a?.index, b?.index].sort()]],
  )
  assert.is(await nl.team.getOption('team0', { name: 'none' }), undefined)
  assert.is(await nl.team.get('none'), undefined)
  await refuses('kind', () => nl.team.get('eth1'), 'EOPNOTSUPP', /"eth1" is no team/)
  await refuses('link', () => nl.team.options('none'), 'ENODEV', /no link "none"/)
})

test('changes are events', () =>
  inScratch(async (ns) => {
    prepare(ns)
    using nl = Netlink.open({ netns: ns.path })
    using events = nl.team.watch()
    await events.ready()
    teamnl(ns, 'team0', 'setoption', 'mode', 'activebackup')
    ns.ip('link', 'set', 'eth1', 'master', 'team0')
    ns.ip('link', 'set', 'eth1', 'nomaster')
    const seen: TeamEvent[] = []
    for await (const event of events) {
      seen.push(event)
      if (event.type === 'ports' && event.ports.some(({ isRemoved }) => isRemoved)) break
    }
    const index = (await nl.link.get('team0'))?.index
    assert.ok(seen.every((event) => event.type !== 'overrun' && event.team === index))
    assert.ok(
      seen.some(
        (event) =>
          event.type === 'options' &&
          event.options.some(({ name, value }) => name === 'mode' && value === 'activebackup'),
      ),
    )
    assert.ok(seen.some((event) => event.type === 'ports' && event.ports.some(({ isRemoved }) => !isRemoved)))
  }))

test('the commands and calls of the cookbook have the same effect', () =>
  runCookbookSection('Teams', prepared(prepare), (namespace) => [
    optionLines(namespace),
    teamnl(namespace, 'team0', 'ports'),
  ]))

test.run()
