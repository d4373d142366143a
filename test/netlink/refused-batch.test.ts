import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { runHere } from '../support/cli.js'

const test = suite('refused requests in batches of nftables')

const capture = fileURLToPath(new URL('../captures/10-nft.pcap', import.meta.url))
const decoded = async (...args: string[]) => (await runHere(decode, capture, ...args)).lines

/** The refused requests and their refusals. The batches begin one message earlier. */
const refused = [
  [1016, 1018, 'NFT_MSG_NEWRULE'],
  [1211, 1213, 'NFT_MSG_NEWRULE'],
  [1703, 1705, 'NFT_MSG_DELTABLE'],
] as const

test('--refused shows the refused requests, and the hint names the first', async () => {
  const lines = await decoded('--refused')
  const requests = lines.flatMap((line) => /^ +│ .* ✗ ENOENT {2}#(\d+)$/.exec(line)?.[1] ?? [])
  assert.equal(
    requests,
    refused.map(([request]) => String(request)),
  )
  assert.match(lines.at(-1) ?? '', / 3 refused\. {2}-d 1016 shows one$/)
})

test('-d --refused prints the refused requests with their error, and the refusals', async () => {
  const heads = (await decoded('-d', '--refused')).filter((line) => line.startsWith('#'))
  assert.is(heads.length, 2 * refused.length)
  for (const [at, [request, answer, type]] of refused.entries()) {
    assert.match(heads[2 * at] ?? '', new RegExp(`^#${request} .* ${type} .* bytes  ✗ ENOENT$`))
    assert.match(heads[2 * at + 1] ?? '', new RegExp(`^#${answer} .* in answer to #${request}: ENOENT, \\w+$`))
  }
})

test('--json names the request of each answer, with --refused only those that were refused', async () => {
  const messages = (await decoded('--json', '--refused')).map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.equal(
    messages.map(({ message, request, role, type }) => [message, request, role, type]),
    refused.flatMap(([request, answer, type]) => [
      [request, undefined, 'request', type],
      [answer, request, 'answer', 'NLMSG_ERROR'],
    ]),
  )
})

test('--stats counts refusals under the types of the refused requests', async () => {
  const refusals = (lines: readonly string[]) =>
    lines.flatMap((line) => {
      const [, type, messages, count] = /^(NFT\w+|NFNL\w+) +(\d+) +\d+ +(\d+)(?: |$)/.exec(line) ?? []
      return type === undefined || count === undefined ? [] : [[type, Number(messages), Number(count)]]
    })
  assert.equal(refusals(await decoded('--stats', '--refused')), [
    ['NFT_MSG_NEWRULE', 2, 2],
    ['NFT_MSG_DELTABLE', 1, 1],
  ])
  const all = await decoded('--stats')
  assert.match(all.find((line) => line.startsWith('NFT_MSG_NEWRULE ')) ?? '', / 2$/)
  assert.match(all.find((line) => line.startsWith('NFT_MSG_DELTABLE ')) ?? '', / 1$/)
  assert.not.match(all.find((line) => line.startsWith('NFNL_MSG_BATCH_BEGIN ')) ?? '', / 3 {2,}/)
})

test.run()
