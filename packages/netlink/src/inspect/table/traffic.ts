import { handleText } from '../../route/index.js'
import { infoOf } from '../again/command/tc-commands.js'
import { protocolWord } from '../again/command/tc-flower-masks.js'
import { parentName } from '../summary/tc.js'
import { type Column, cellText, memberAt, type Row } from './columns.js'

/** Columns of qdiscs, classes and filters. Handles are as tc prints them. */

const numberAt = (row: Row, path: string): number | undefined => {
  const value = memberAt(row, path)
  return typeof value === 'number' ? value >>> 0 : undefined
}

const handle = (title: string, path: string): Column => ({
  title,
  path,
  text: (row) => {
    const number = numberAt(row, path)
    return number ? handleText(number) : ''
  },
})

const parent: Column = {
  title: 'PARENT',
  path: 'parent',
  text: (row) => {
    const number = numberAt(row, 'parent')
    // `root` and `ingress` have a name.
    return number ? parentName(number) : cellText(memberAt(row, 'parent')).replace(/^0$|^unspec$/, '')
  },
}

const link: Column = { title: 'LINK', path: 'ifindex', isLink: true }
const kind: Column = { title: 'KIND', path: 'kind' }
const counters: readonly Column[] = [
  { title: 'BYTES', path: 'stats2.basic.bytes' },
  { title: 'PACKETS', path: 'stats2.basic.packets' },
  { title: 'DROPS', path: 'stats2.queue.drops' },
  { title: 'BACKLOG', path: 'stats2.queue.backlog' },
]

const protocol = (row: Row) => {
  const info = numberAt(row, 'info')
  return info === undefined ? '' : protocolWord(infoOf(info).protocol)
}
const preference = (row: Row) => {
  const info = numberAt(row, 'info')
  return info === undefined ? '' : String(infoOf(info).preference)
}
/** The handle of a filter is a number, which tc prints in hexadecimal. */
const filterHandle = (row: Row) => {
  const number = numberAt(row, 'handle')
  return number ? `0x${number.toString(16)}` : ''
}

/** Columns of the objects of tc. */
export const traffic: Readonly<Record<string, readonly Column[]>> = {
  qdiscs: [link, kind, handle('HANDLE', 'handle'), parent, ...counters],
  classes: [link, kind, handle('CLASSID', 'handle'), parent, handle('LEAF', 'info'), ...counters],
  filters: [
    link,
    parent,
    { title: 'PROTOCOL', path: 'info', text: protocol },
    { title: 'PREF', path: 'info', text: preference },
    kind,
    { title: 'CHAIN', path: 'chain' },
    { title: 'HANDLE', path: 'handle', text: filterHandle },
    {
      title: 'CLASSID',
      path: 'options.classid',
      text: (row) => {
        const number = numberAt(row, 'options.classid')
        return number === undefined ? cellText(memberAt(row, 'options.classid')) : handleText(number)
      },
    },
  ],
}
