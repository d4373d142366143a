import { spawnSync } from 'node:child_process'
import { Connection, type ConnectionOptions, SystemError } from '@netloom/netlink'
import * as nf from '@netloom/netlink/netfilter'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Requests that are longer than the kernel's default send buffer.
const test = suiteNeeding('the send buffer', 'netns')

const RULES = 5000

/** Creates a transaction that adds a table, a chain and RULES rules. */
function transaction(netlink: Connection<typeof nf.netfilter.messages>, acks: 'each' | 'failures', table: string) {
  const batch = netlink.batch({ oneCall: true, acks })
  const bound = { resId: nf.NFNL_SUBSYS.NFTABLES }
  const family = nf.NFPROTO.INET
  batch.add('NFNL_MSG_BATCH_BEGIN', bound, { ack: false })
  batch.add('NFT_MSG_NEWTABLE', { family, attrs: { name: table } }, { create: true })
  batch.add('NFT_MSG_NEWCHAIN', { family, attrs: { table, name: 'c' } }, { create: true })
  const expressions = { elem: [{ name: 'counter', data: {} }] } as const
  for (let index = 0; index < RULES; index++)
    batch.add('NFT_MSG_NEWRULE', { family, attrs: { table, chain: 'c', expressions } }, { create: true, append: true })
  batch.add('NFNL_MSG_BATCH_END', bound, { ack: false })
  return batch
}

const rulesOf = (netlink: Connection<typeof nf.netfilter.messages>, table: string) =>
  netlink.dumpSync('NFT_MSG_GETRULE', { family: nf.NFPROTO.INET }).filter(({ attrs }) => attrs.table === table).length

for (const acks of ['each', 'failures'] as const) {
  test(`a transaction of ${RULES} rules is sent in one call, acks: '${acks}'`, () =>
    inScratch(async ({ path }) => {
      using netlink = Connection.openProtocol(nf.netfilter, { netns: path })
      assert.is(transaction(netlink, acks, 'sync').sendSync().failures, 0)
      assert.is((await transaction(netlink, acks, 'async').send()).failures, 0)
      assert.equal([rulesOf(netlink, 'sync'), rulesOf(netlink, 'async')], [RULES, RULES])
    }))
}

test('a transaction in which all requests fail reports each failure', () =>
  inScratch(({ path }) => {
    using netlink = Connection.openProtocol(nf.netfilter, { netns: path })
    const batch = netlink.batch({ oneCall: true })
    const bound = { resId: nf.NFNL_SUBSYS.NFTABLES }
    batch.add('NFNL_MSG_BATCH_BEGIN', bound, { ack: false })
    for (let index = 0; index < RULES; index++)
      batch.add('NFT_MSG_DELTABLE', { family: nf.NFPROTO.INET, attrs: { name: `none${index}` } })
    batch.add('NFNL_MSG_BATCH_END', bound, { ack: false })
    const { failures, items } = batch.sendSync()
    assert.is(failures, RULES)
    for (const { name, error } of items)
      if (name === 'NFT_MSG_DELTABLE') assert.is((error as { code: string }).code, 'ENOENT')
  }))

/** Returns a change of lo with attributes of 60,000 bytes each, which the kernel does not know and ignores. */
const long = (count: number) => ({
  index: 1,
  attrs: { '?1000': Array.from({ length: count }, () => ({ payload: Buffer.alloc(60_000) })) },
})

const opened = (options: ConnectionOptions, use: (netlink: Connection) => void) =>
  inScratch(({ path }) => {
    using netlink = Connection.open({ netns: path, strict: false, ...options })
    use(netlink)
  })

test('a single request can be longer than the default send buffer', () =>
  opened({}, (netlink) => {
    for (const count of [1, 10, 100]) assert.equal(netlink.requestSync('RTM_SETLINK', long(count)), [])
    const batch = netlink.batch()
    for (const count of [1, 20, 1]) batch.add('RTM_SETLINK', long(count))
    assert.is(batch.sendSync().failures, 0)
  }))

test('an explicit sendBuffer does not grow, and the error of a longer request names size, limit and option', () =>
  opened({ sendBuffer: 70_000 }, (netlink) => {
    assert.equal(netlink.requestSync('RTM_SETLINK', long(1)), [])
    assert.throws(
      () => netlink.requestSync('RTM_SETLINK', long(2)),
      (error: unknown) =>
        error instanceof SystemError &&
        error.code === 'EMSGSIZE' &&
        /a datagram of 120\d{3} bytes, more than the 70\d{3} .*sendBuffer.*net\.core\.wmem_max/.test(error.message),
    )
    assert.is(netlink.dumpSync('RTM_GETLINK').length, 1, 'dumps still work')
  }))

test('an invalid sendBuffer throws a TypeError', () => {
  for (const sendBuffer of [0, -1, 1.5, '1' as never])
    assert.throws(() => Connection.open({ sendBuffer }), /expected sendBuffer to be bytes from 1 to 2147483647, got/)
})

test('without CAP_NET_ADMIN the send buffer grows up to the system limit, which the error names', () =>
  inScratch(({ path }) => {
    const body = `
      import { Connection } from '@netloom/netlink'
      const netlink = Connection.open({ strict: false })
      const attempt = (attributes) => {
        const attrs = { '?1000': Array.from({ length: attributes }, () => ({ payload: Buffer.alloc(60000) })) }
        try {
          netlink.requestSync('RTM_SETLINK', { index: 1, attrs })
        } catch (error) {
          console.log(error.message)
        }
      }
      attempt(5)
      attempt(1000)
      console.log(netlink.requestSync('RTM_GETLINK', { index: 1 }).length)`
    const args = ['--bounding-set=-all', '--inh-caps=-all', '--', process.execPath, '--input-type=module', '-e', body]
    const { stdout, stderr } = spawnSync('nsenter', [`--net=${path}`, 'setpriv', ...args], { encoding: 'utf8' })
    const [denied, tooLong, one] = stdout.split('\n')
    assert.match(denied ?? '', /^RTM_SETLINK: operation not permitted \(EPERM\)/, stderr)
    assert.match(tooLong ?? '', /^sendto a datagram of 60\d{6} bytes, more than the \d+ .* net\.core\.wmem_max/)
    assert.is(one, '1')
  }))

test.run()
