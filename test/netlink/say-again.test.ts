import { execFile } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Connection, Netlink } from '@netloom/netlink'
import { compile, u16 } from '@netloom/netlink/codec'
import * as diag from '@netloom/netlink/diag'
import { type DissectedMessage, dissector } from '@netloom/netlink/dissect'
import * as generic from '@netloom/netlink/generic'
import { sayAgain } from '@netloom/netlink/inspect'
import * as netfilter from '@netloom/netlink/netfilter'
import { rtnetlink } from '@netloom/netlink/route'
import * as xfrm from '@netloom/netlink/xfrm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { encodeMessage, type NetlinkMessage, parseMessages } from '../../packages/netlink/dist/message/index.js'
import { acknowledgement, dumpEnd, fromKernel } from '../../packages/netlink/dist/testing/kernel-message.js'
import { MockPeer, type PeerSocket } from '../../packages/netlink/dist/testing/mock-peer.js'
import { comparable, isSame, recordedRequests, requestOf } from '../support/same-request.js'

/** Every request of the captures as TypeScript: it compiles, and sends the same request. */

const test = suite('requests as TypeScript')

const noNames = { link: () => undefined, table: () => undefined, protocol: () => undefined }

interface Bag {
  readonly [key: string]: unknown
}

/** Plays the kernel for one expression: records what it sends, and answers so that further requests follow. */
class Recorder {
  readonly sent: DissectedMessage[] = []
  readonly peer: MockPeer
  readonly #original: DissectedMessage

  constructor(original: DissectedMessage) {
    this.#original = original
    this.peer = new MockPeer({
      send: (socket, datagram) => {
        for (const nlmsg of parseMessages(datagram)) this.#receive(socket, datagram, nlmsg)
      },
    })
  }

  #receive(socket: PeerSocket, datagram: Buffer, nlmsg: NetlinkMessage): void {
    const { header, family } = this.#original
    const families = new Map([[header?.type ?? 0, family ?? '']])
    const { messages } = dissector(families).dissect({ protocol: socket.protocol, packetType: 7, bytes: datagram })
    this.sent.push(...messages)
    for (const answer of this.#answers(socket, nlmsg, messages[0]!))
      socket.queue.put({ bytes: answer, group: 0, nsid: undefined })
  }

  #answers({ port }: PeerSocket, nlmsg: NetlinkMessage, message: DissectedMessage): readonly Buffer[] {
    const request = { seq: nlmsg.seq, port, nlmsg }
    const { type, value } = message
    if (type === 'CTRL_CMD_GETFAMILY' && (value as { attrs: Bag }).attrs.familyName === this.#original.family)
      return [this.#family(request), acknowledgement(request, 0)]
    if ((nlmsg.flags & 0x300) === 0x300 && /GET|DUMP|SOCK_DIAG/.test(type)) return [dumpEnd(request, 0)]
    if (type === 'RTM_GETLINK') return [this.#link(request, value as { index: number; attrs: Bag })]
    // `replace` of an address first tries to add it.
    const isOther = nlmsg.flags !== this.#original.header?.flags && type === 'RTM_NEWADDR'
    return [acknowledgement(request, isOther ? constants.errno.EEXIST : 0)]
  }

  #family(request: { seq: number; port: number }): Buffer {
    const attrs = { familyId: this.#original.header?.type ?? 0, familyName: this.#original.family ?? '' }
    const control = generic.nlctrl.protocol(16)
    const fields = { flags: 0, seq: request.seq, pid: request.port }
    return fromKernel(control, 'CTRL_CMD_NEWFAMILY', { attrs }, fields, generic.nlctrl.replies)
  }

  /** The link that the API reads has the kind that the request names, so that the change is possible. */
  #link(request: { seq: number; port: number }, { index, attrs }: { index: number; attrs: Bag }): Buffer {
    const original = this.#original.value as { ifindex?: number; index?: number; attrs: Bag }
    const info = (original.attrs.linkinfo ?? {}) as { kind?: string; slaveKind?: string; data?: { link?: number } }
    const isFdb = this.#original.type.endsWith('NEIGH')
    const vxlan = ['dst', 'vni', 'srcVni', 'port', 'nhId'].some((key) => original.attrs[key] !== undefined)
    const linkinfo = isFdb
      ? { kind: vxlan ? 'vxlan' : 'dummy', slaveKind: 'bridge' }
      : { kind: info.kind, slaveKind: info.slaveKind ?? info.kind?.replace(/_slave$/, '') }
    const link = info.data?.link ?? (original.attrs.link as number | undefined)
    const named = indexOf(String(attrs.ifname))
    const value = {
      index: index || named || original.index || 1,
      attrs: { ifname: attrs.ifname ?? 'x', linkinfo, link },
    }
    return fromKernel(rtnetlink, 'RTM_NEWLINK', value, { flags: 0, seq: request.seq, pid: request.port })
  }
}

const recorded = recordedRequests()
const said = recorded.map(({ capture, message }) => ({
  capture,
  message,
  ...sayAgain(message, noNames, { secrets: true }),
}))

test('every request that decodes has a TypeScript form', () => {
  const without = said.filter(
    ({ typescript, message }) => typescript === undefined && message.declaration !== undefined,
  )
  assert.equal(
    without.map(({ capture, message: { type } }) => `${capture} ${type}`),
    [],
  )
  assert.ok(said.length > 1200, `${said.length}`)
})

/** Names of all links, to test what a known name changes. */
const allNames = { ...noNames, link: (index: number) => `link${index}` }
const indexOf = (name: string) => (/^link\d+$/.test(name) ? Number(name.slice(4)) : undefined)

for (const [title, names] of [
  ['indexes', noNames],
  ['names', allNames],
] as const)
  test(`each expression with the ${title} of links sends the request`, async () => {
    const wrong: string[] = []
    for (const { capture, message } of recorded) {
      const { typescript } = sayAgain(message, names, { secrets: true })
      if (typescript === undefined) continue
      const recorder = new Recorder(message)
      const nl = Netlink.open({ socketFactory: recorder.peer })
      const opened = {
        openProtocol: (protocol: never) => Connection.openProtocol(protocol, { socketFactory: recorder.peer }),
      }
      const scope = { ...generic, ...diag, ...netfilter, ...xfrm, nl, Connection: opened, Buffer }
      let problem: unknown
      try {
        await new Function(...Object.keys(scope), `return (${typescript})`)(...Object.values(scope))
      } catch (error) {
        problem = error
      }
      nl.close()
      const expected = comparable(message, indexOf)
      const found = recorder.sent.map((each) => comparable(each, indexOf))
      if (!found.some((each) => isSame(each, expected)))
        wrong.push(
          `${capture}: ${typescript}\n  ${problem}\n  ${JSON.stringify(expected)}\n  ${found.map((each) => JSON.stringify(each)).join('\n  ')}`,
        )
    }
    assert.is(wrong.join('\n'), '')
  })

const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))

test('all expressions compile', async () => {
  const imports = new Set(said.flatMap(({ imports }) => imports ?? []))
  const head = [...imports, `import { Netlink } from '@netloom/netlink'`, 'const nl = Netlink.open()']
  const expressions = [...new Set(said.flatMap(({ typescript }) => typescript ?? []))]
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netloom-again-')))
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'a.ts'), `${[...head, ...expressions].join('\n')}\n`)
    const options = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--target',
      'es2023',
    ]
    const types = ['--lib', 'es2024,esnext.disposable', '--types', 'node', '--pretty', 'false']
    const output = await new Promise<string>((resolve) =>
      execFile(
        process.execPath,
        [join(root, 'node_modules/typescript/bin/tsc'), ...options, ...types, 'a.ts'],
        { cwd: folder, maxBuffer: 1 << 26 },
        (_error, stdout) => resolve(stdout),
      ),
    )
    const lines = [...head, ...expressions]
    assert.is(
      output.trim().replace(/^a\.ts\((\d+),/gm, (all, line) => `${lines[Number(line) - 1]?.slice(0, 200)}\n${all}`),
      '',
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('keys appear only if they are requested', () => {
  const isSecret = ({ message }: { message: DissectedMessage }) =>
    ['WG_CMD_SET_DEVICE', 'MACSEC_CMD_ADD_TXSA', 'XFRM_MSG_NEWSA'].includes(message.type)
  let keys = 0
  for (const { message } of recorded.filter(isSecret)) {
    const [hidden, shown] = [false, true].map((secrets) => sayAgain(message, noNames, { secrets }).typescript ?? '')
    const found = [...shown!.matchAll(/(?:privateKey|presharedKey|[{ ]key): Buffer.from\('([0-9a-f]+)'/g)]
    for (const [, key] of found) assert.not(hidden!.includes(key!), hidden)
    keys += found.length
    assert.is(hidden!.split('process.env.').length - 1, found.length, hidden)
  }
  assert.ok(keys >= 10, `${keys}`)
})

test('a command has variables of the shell in the place of keys', () => {
  const commands = recorded
    .filter(({ message: { type } }) => ['MACSEC_CMD_ADD_TXSA', 'XFRM_MSG_NEWSA'].includes(type))
    .map(({ message }) => [false, true].map((secrets) => sayAgain(message, noNames, { secrets }).command ?? ''))
  assert.ok(commands.length >= 4)
  for (const [hidden, shown] of commands) {
    // The variables and the keys are the only difference.
    const pattern = hidden!.replace(/[.*+?^{}()|[\]\\]/g, '\\$&').replace(/\$KEY\d*/g, '([0-9a-f]+)')
    assert.match(shown!, new RegExp(`^${pattern}$`))
    assert.match(hidden!, /\$KEY/)
  }
})

test('text of a capture is escaped', () => {
  const name = `a'b\\\u001b[31m\u202e`
  const { typescript } = sayAgain(requestOf('RTM_NEWLINK', { index: 1, attrs: { ifalias: name } }), noNames)
  assert.is(typescript, `nl.link.set(1, { alias: 'a\\'b\\\\\\u001b[31m\\u202e' })`)
  const named = sayAgain(requestOf('RTM_NEWLINK', { index: 1, flags: 1, change: 1 }), { ...noNames, link: () => name })
  assert.is(new Function('nl', `return ${named.typescript}`)({ link: { set: (key: string) => key } }), name)
})

test('messages of the kernel, and requests that cannot be decoded, have no form', () => {
  const received = dissector().dissect({ protocol: 0, packetType: 6, bytes: requestOf('RTM_NEWLINK', {}).bytes })
  assert.equal(sayAgain(received.messages[0]!, noNames), {})
  const bytes = encodeMessage({ type: 16, flags: 5, seq: 1, pid: 0 }, (out) => compile(u16).encode(out, 7))
  assert.equal(sayAgain(dissector().dissect({ protocol: 0, packetType: 7, bytes }).messages[0]!, noNames), {})
})

test.run()
