import { spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('NETLOOM_DEBUG', 'netns')

/** A program of each form, which changes and lists links, is refused, and uses generic netlink. */
const programs = {
  sync: `
    import { Netlink } from '@netloom/netlink'
    import { ethtool } from '@netloom/netlink/generic'
    const nl = Netlink.open()
    nl.link.setSync('lo', { up: true })
    nl.link.listSync({ up: true })
    try { nl.link.deleteSync('no "such" link') } catch {}
    nl.generic(ethtool).requestSync('ETHTOOL_MSG_LINKSTATE_GET', { attrs: { header: { devName: 'lo' } } })
    console.log('finished')
  `,
  async: `
    import { Netlink } from '@netloom/netlink'
    import { ethtool } from '@netloom/netlink/generic'
    const nl = Netlink.open()
    await nl.link.set('lo', { up: true })
    await nl.link.list({ up: true })
    await nl.link.delete('no "such" link').catch(() => {})
    await nl.generic(ethtool).request('ETHTOOL_MSG_LINKSTATE_GET', { attrs: { header: { devName: 'lo' } } })
    console.log('finished')
    nl.close()
  `,
}

/** Answers with bytes that cannot be decoded: a message that is too short, and no message. */
const unreadable = `
  import { Connection } from '@netloom/netlink'
  import { rtnetlink } from '@netloom/netlink/route'
  const answers = [Buffer.from('14000000100002000100000000000000ff', 'hex'), Buffer.from('cafe', 'hex')]
  const socket = {
    ...{ port: 0, strict: true, send() {}, wait: () => true, join() {}, leave() {}, reserve: (bytes) => bytes, close() {} },
    receive: () => ({ bytes: answers.shift() ?? Buffer.alloc(0), group: 0, nsid: undefined }),
    watch: () => ({ arm() {}, close() {}, ref() {}, unref() {} }),
  }
  const connection = Connection.open({ socketFactory: { open: () => socket }, timeout: 10 })
  for (const _ of [1, 2])
    try { connection.requestSync('RTM_GETLINK', { index: 1 }, { timeout: 10 }) } catch {}
  console.log('finished')
`

/** Runs a program in a child process in its own namespace. */
function run(program: string, debug: string | undefined, conditions = ['--conditions=netloom'], close = '') {
  using ns = scratch()
  const args = [...conditions, '--input-type=module', '-e', program]
  const { NETLOOM_DEBUG: _, ...env } = process.env
  const { stdout, stderr, status } = spawnSync(
    ...(['ip', ['netns', 'exec', ns.name, 'sh', '-c', `exec "$0" "$@" ${close}`, process.execPath, ...args]] as const),
    { encoding: 'utf8', env: { ...env, ...(debug !== undefined && { NETLOOM_DEBUG: debug }) } },
  )
  assert.equal([stdout, status], ['finished\n', 0], stderr)
  return stderr.split('\n').filter((line) => line !== '')
}

const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} /

for (const [form, program] of Object.entries(programs))
  for (const conditions of [['--conditions=netloom'], []])
    test(`every message is printed in one line: ${form}, ${conditions[0] ?? 'bundle'}`, () => {
      const lines = run(program, '1', conditions)
      const found = lines.map((line) => {
        assert.match(line, time)
        return line.replace(time, '').replace(/ seq \d+ pid \d+/g, '')
      })
      const begins = (line: string, start: string) => assert.is(line.slice(0, start.length), start)
      assert.ok(found.length > 10, found.join('\n'))
      begins(
        found[0] ?? '',
        '→ kernel NETLINK_ROUTE RTM_NEWLINK REQUEST|ACK  family AF_UNSPEC  type 0  index 0  flags UP',
      )
      assert.match(found[0] ?? '', / ifname lo$/)
      assert.is(found[1], '← kernel NETLINK_ROUTE NLMSG_ERROR CAPPED  ack in answer to RTM_NEWLINK REQUEST|ACK')
      begins(found[2] ?? '', '→ kernel NETLINK_ROUTE RTM_GETLINK REQUEST|DUMP')
      assert.match(found[2] ?? '', / extMask SKIP_STATS/)
      begins(found[3] ?? '', '← kernel NETLINK_ROUTE RTM_NEWLINK MULTI')
      assert.match(found[3] ?? '', / ifname lo .* afSpec \{ inet \{ /)
      assert.ok(found.some((line) => /^← kernel NETLINK_ROUTE NLMSG_DONE MULTI.* {2}0$/.test(line)))
      assert.ok(
        found.some((line) => /RTM_DELLINK REQUEST\|ACK .*"no \\"such\\" link"/.test(line)),
        found.join('\n'),
      )
      assert.ok(
        found.some((line) => /NLMSG_ERROR.* {2}-19 ENODEV in answer to RTM_DELLINK REQUEST\|ACK/.test(line)),
        found.join('\n'),
      )
      assert.ok(
        found.some((line) =>
          line.startsWith(
            '→ kernel NETLINK_GENERIC ethtool ETHTOOL_MSG_LINKSTATE_GET REQUEST|ACK  cmd ETHTOOL_MSG_LINKSTATE_GET',
          ),
        ),
        found.join('\n'),
      )
      assert.ok(
        found.some((line) => /ETHTOOL_MSG_LINKSTATE_GET_REPLY .* header \{ devIndex 1 {2}devName lo \}/.test(line)),
      )
    })

test('messages that cannot be decoded are printed with the reason', () => {
  const lines = run(unreadable, '1').map((line) => line.replace(time, ''))
  const received = lines.filter((line) => line.startsWith('←'))
  assert.match(received[0] ?? '', /^← kernel NETLINK_ROUTE RTM_NEWLINK .* unreadable: .*expected a message of 20 bytes/)
  assert.is(received[1], '← kernel NETLINK_ROUTE  unreadable: cafe')
})

test('without the variable, nothing is printed', () => {
  for (const value of [undefined, '', '0']) assert.equal(run(programs.sync, value), [])
})

test('a program runs if standard error is closed', () => {
  assert.equal(run(programs.async, '1', ['--conditions=netloom'], '2>&-'), [])
})

test.run()
