import { posix } from 'node:path'
import { fou } from '@netloom/netlink/generic'
import { addressAttrs, IFA_F, ifaddrmsg, rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** The reference of messages that the site contains, compared with the declarations. */
const test = suite('reference of messages')

interface Page {
  readonly file: string
  readonly text: string
}

const module = '../../scripts/lib/site/message-pages.mjs'
const { messagePages }: { messagePages(): readonly Page[] } = await import(module)
const pages = messagePages()

/** Returns the text of a page. */
function page(file: string): string {
  const found = pages.find((each) => each.file === `messages/${file}`)
  assert.ok(found, file)
  return found?.text ?? ''
}

/** Returns the cells of the rows of the tables of a text, without titles. */
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.slice(2, -2).split(' | '))
    .slice(1)

/** Returns the part of a page below a heading. */
const section = (text: string, heading: string) =>
  text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? ''

const isLink = (cell: string | undefined, words: string) => cell?.startsWith(`[\`${words}\`](`) ?? false

test('an attribute set: key, kernel name, number, type, words, comments, users', () => {
  const text = page('NETLINK_ROUTE/IFA.attributes.md')
  const [table = ''] = text.split('\n## ')
  const expected = Object.entries(addressAttrs.table).map(([key, [number]]) => [
    ...[`\`${key}\``, `\`${addressAttrs.nameOf(number)}\``, String(number)],
  ])
  assert.equal(
    rowsOf(table).map((row) => row.slice(0, 3)),
    expected,
  )
  const row = (key: string) => rowsOf(table).find(([first]) => first === `\`${key}\``) ?? []
  assert.is(row('rtPriority')[3], '`u32`')
  assert.ok(isLink(row('cacheinfo')[3], 'struct ifa_cacheinfo'))
  assert.ok(row('proto')[4]?.endsWith('): `unspec`, `kernel_lo`, `kernel_ra`, `kernel_ll`'), row('proto')[4])
  assert.match(row('flags')[4] ?? '', /`SECONDARY`, .*<br>replaces `flags` of the header$/)
  assert.match(text, /linux\/if_addr\.h/)
  for (const name of ['RTM_NEWADDR', 'RTM_DELADDR', 'RTM_GETADDR'])
    assert.ok(section(text, 'Used by').includes(name), name)
})

test('a family: every message with its number, and what it does', () => {
  for (const [file, messages] of [
    ['NETLINK_ROUTE/index.md', rtnetlink.messages],
    ['fou/index.md', fou.messages],
  ] as const) {
    const rows = rowsOf(section(page(file), 'Messages'))
    assert.equal(
      rows.map(([name, number]) => [/`(\w+)`/.exec(name ?? '')?.[1], Number(number)]),
      Object.entries(messages).map(([name, [number]]) => [name, number]),
    )
  }
  assert.match(page('fou/index.md'), /Connection\.openGeneric\(fou\)/)
  assert.match(page('fou/FOU_CMD_GET.md'), /^Command 3 of .* Reads, as a request or as a dump\.$/m)
})

test('a header of the kernel: offsets of structs, numbers and words of constants', () => {
  const text = page('headers/linux-if_addr.md')
  let offset = 0
  const expected = Object.entries(ifaddrmsg.members).map(([key, { size }]) => {
    const row = [String(offset), String(size), `\`${key}\``]
    offset += size
    return row
  })
  const rows = rowsOf(section(text, 'struct ifaddrmsg'))
  assert.equal(
    rows.map((row) => row.slice(0, 3)),
    expected,
  )
  const numbers = rowsOf(section(text, 'IFA_F')).map(([name, number]) => [name, Number.parseInt(number ?? '', 10)])
  assert.equal(
    numbers,
    Object.entries(IFA_F.values).map(([name, number]) => [`\`IFA_F_${name}\``, number]),
  )
})

test('payloads that depend on another member list their cases', () => {
  const cases = rowsOf(section(page('NETLINK_ROUTE/IFLA_INFO.attributes.md'), 'Types of data'))
  assert.ok(isLink(cases.find(([kind]) => kind === '`bond`')?.[1]?.replace('nest of ', ''), 'IFLA_BOND_*'))
})

test('every page has its own file, and every link leads to one', () => {
  const files = new Set(pages.map(({ file }) => file))
  assert.is(files.size, pages.length)
  const dead = pages.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\(([^)#]+)/g)]
      .map(([, to = '']) => posix.join(posix.dirname(file), to))
      .filter((to) => !files.has(to))
      .map((to) => `${file}: ${to}`),
  )
  assert.equal(dead, [])
})

test('every page but the first is listed by another one', () => {
  const listed = pages.flatMap(({ file, text }) =>
    [...(text.split('\n---\n')[0] ?? '').matchAll(/^ {2}- "(.*)"$/gm)].map(([, child = '']) =>
      posix.join(posix.dirname(file), child),
    ),
  )
  assert.equal(
    [...listed].sort(),
    pages
      .slice(1)
      .map(({ file }) => file)
      .sort(),
  )
})

test.run()
