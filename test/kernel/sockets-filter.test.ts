import { Netlink } from '@netloom/netlink'
import { encode } from '@netloom/netlink/codec'
import * as assert from 'uvu/assert'
import { compileExpression } from '../../packages/netlink/dist/api/sockets/where/compile.js'
import { parseExpression } from '../../packages/netlink/dist/api/sockets/where/parse.js'
import { type BytecodeOp, inetDiagBytecode } from '../../packages/netlink/dist/diag/index.js'
import { suiteNeeding } from '../support/privileges.js'
import { withOpenSockets } from '../support/sockets.js'
import { columnsOf, printedStates, type SsLine, ss } from '../support/ss.js'
import { requestsOf } from '../support/strace-commands.js'

// Filters of nl.sockets.list(), compared with those of ss: what they select, and the program that the kernel gets.

const test = suiteNeeding('filters of sockets', 'netns', 'strace')

/** Expressions that ss compiles to a program for the kernel. */
const compiled = [
  'sport = :8000',
  'sport = 8000',
  'sport 8000',
  'sport == :8000',
  'sport eq :8000',
  'dport = :8000',
  'dport != :8000',
  'sport neq :8000',
  'sport >= :8004',
  'sport geq :8004',
  'dport <= :8001',
  'sport > :8004',
  'sport gt :8004',
  'dport < :8001',
  'sport = *',
  'src 127.0.0.1',
  'src = 127.0.0.1',
  'src 127.0.0.0/8',
  'src 127.0.0.1:8000',
  'dst 10.9.0.0/16',
  'dst 127.0.0.1/32:8002',
  'dst [::1]',
  'src [::1]:8001',
  'src [::/0]',
  'dst *:443',
  'dst :443',
  'src 127.128.0.0/9',
  'not dst 127.0.0.1',
  '! sport = :8000',
  'not not sport = :8000',
  'sport = :8000 and dst 127.0.0.1',
  'sport = :8000 && dst 127.0.0.1',
  'sport = :8000 dst 127.0.0.1',
  'sport = :8000 or sport = :8001',
  'sport = :8000 || dport = :8001 | dport = :443',
  'sport = :8000 or sport = :8001 and dst 127.0.0.1',
  'dst 127.0.0.1 and sport = :8000 or sport = :8001',
  'sport = :8000 or ( sport = :8001 and dst [::1] )',
  'not ( sport = :8000 or sport = :8001 )',
  'not ( sport >= :8000 and sport <= :8007 ) and not dport = :443',
  '( not sport = :8000 or dst 127.0.0.1 ) and ( src [::1] or not dport = :4001 )',
  'fwmark = 0x17',
  'fwmark = 0x07/0x0f',
  'fwmark != 23',
] as const

/** ss shows only those of the sockets that the kernel selects whose port is in the range of ephemeral ports, too. */
const autobound = ['autobound', 'autobound and sport >= :4000 or dport = :1'] as const

/** Expressions that ss evaluates itself, because it has no code to compile them. The kernel evaluates ours. */
const evaluated = ['dev = lo', 'dev != lo', 'dev = lo and sport = :8006', 'not dev = lo and src 127.0.0.1'] as const

const byText = (lines: readonly Pick<SsLine, 'state' | 'local' | 'peer'>[]) =>
  lines.map(({ state, local, peer }) => `${state} ${local} ${peer}`).sort()

test('each expression selects the sockets that ss selects', () =>
  withOpenSockets(async ({ namespace }) => {
    using nl = Netlink.open({ netns: namespace.path })
    const protocol = ['tcp', 'udp'] as const
    const all = nl.sockets.listSync({ protocol }).length
    assert.ok(all >= 20, String(all))
    const counts = new Set<number>()
    for (const where of [...compiled, ...evaluated]) {
      const sockets = await nl.sockets.list({ protocol, where }, { names: true })
      const ours = byText(sockets.map((socket) => columnsOf(socket, socket.devName)))
      assert.equal(ours, byText(ss(namespace, '-tua', where.split(' '))), where)
      counts.add(ours.length)
    }
    for (const where of autobound) {
      const ours = byText((await nl.sockets.list({ protocol, where })).map((socket) => columnsOf(socket)))
      const theirs = byText(ss(namespace, '-tua', where.split(' ')))
      assert.ok(theirs.length > 0 && theirs.every((line) => ours.includes(line)), where)
      assert.ok(ours.length < all, where)
    }
    assert.ok(counts.size > 8, 'expressions select different sockets')
  }))

/** Returns the bytes of the first program that a command sends. */
const programOf = (requests: readonly { readonly value: unknown }[]): string | undefined =>
  requests
    .map(({ value }) => (value as { attrs?: { bytecode?: BytecodeOp[] } }).attrs?.bytecode)
    .filter((bytecode) => bytecode !== undefined)
    .map((bytecode) => encode(inetDiagBytecode, bytecode).toString('hex'))[0]

const noLink = () => 1

test('the kernel gets the same bytes as from ss', () => {
  const quoted = (where: string) => where.split(' ').map((word) => `'${word}'`)
  const runs = requestsOf(
    [...compiled, ...autobound, ...evaluated].map((where) => `ss -Htan ${quoted(where).join(' ')}`),
  )
  const sent = runs.map(({ requests }) => programOf(requests))
  for (const [index, where] of [...compiled, ...autobound].entries()) {
    const ours = encode(inetDiagBytecode, compileExpression(parseExpression(where), noLink)).toString('hex')
    assert.is(ours, sent[index], where)
  }
  assert.equal(
    sent.slice(-evaluated.length),
    evaluated.map(() => undefined),
  )
})

test('options select what an expression selects', () =>
  withOpenSockets(async ({ namespace }) => {
    using nl = Netlink.open({ netns: namespace.path })
    const protocol = ['tcp', 'udp'] as const
    for (const [filter, where] of [
      [{ sport: 8000 }, 'sport = :8000'],
      [{ dport: 443 }, 'dport = :443'],
      [{ dport: 'https' }, 'dport = :443'],
      [{ port: 8000 }, 'sport = :8000 or dport = :8000'],
      [{ src: '127.0.0.0/8', dport: 8000 }, 'src 127.0.0.0/8 dport = :8000'],
      [{ dst: '::1' }, 'dst [::1]'],
      [{ dev: 'lo' }, 'dev = lo'],
      [{ dev: 1 }, 'dev = lo'],
      [{ mark: 0x17 }, 'fwmark = 0x17'],
      [{ mark: '0x10/0xf0' }, 'fwmark = 0x10/0xf0'],
      [{ sport: 8000, where: 'dport = :4001 or dport = :1' }, 'sport = :8000 and ( dport = :4001 or dport = :1 )'],
    ] as const) {
      const found = byText((await nl.sockets.list({ protocol, ...filter })).map((socket) => columnsOf(socket)))
      const expected = ss(namespace, '-tua', where.split(' ')).map((line) => ({
        ...line,
        local: line.local.replace('%lo', ''),
      }))
      assert.equal(found, byText(expected), where)
      assert.ok(found.length > 0, where)
    }
    assert.equal(
      new Set((await nl.sockets.list({ family: 'inet6' })).map((socket) => 'family' in socket && socket.family)),
      new Set(['inet6']),
    )
  }))

test('states select the sockets that ss selects', () =>
  withOpenSockets(async ({ namespace }) => {
    using nl = Netlink.open({ netns: namespace.path })
    const protocol = ['tcp', 'udp'] as const
    for (const state of [
      ...(['all', 'connected', 'synchronized', 'bucket', 'big', 'closed', 'established', 'syn-sent'] as const),
      ...(['syn-recv', 'fin-wait-1', 'fin-wait-2', 'time-wait', 'unconnected', 'close-wait', 'last-ack'] as const),
      ...(['listening', 'closing'] as const),
    ]) {
      const found = byText(
        (await nl.sockets.list({ protocol, state }, { names: true })).map((each) => columnsOf(each, each.devName)),
      )
      const printed = ss(namespace, '-tu', ['state', state])
      // A single state has no column.
      const expected = printed.map((line) => ({ ...line, state: line.state || (printedStates[state] ?? 'UNCONN') }))
      assert.equal(found, byText(expected), state)
    }
    const both = nl.sockets.listSync({ protocol, state: ['listening', 'time-wait'] }).map(({ state }) => state)
    assert.equal(new Set(both), new Set(['listening', 'time-wait']))
  }))

test.run()
