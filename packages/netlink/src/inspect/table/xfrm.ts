import { type Column, cellText, memberAt, type Row } from './columns.js'

/** Columns of IPsec states and policies, as `ip xfrm` names their parts. */

const withoutPrefix = (text: string) => text.replace(/^(xfrm_(mode|policy)|ipproto)_/, '')
const word = (title: string, path: string): Column => ({
  title,
  path,
  text: (row) => withoutPrefix(cellText(memberAt(row, path))),
})

const network = (side: 's' | 'd') => (row: Row) =>
  `${cellText(memberAt(row, `sel.${side}addr`))}/${cellText(memberAt(row, side === 's' ? 'sel.prefixlenS' : 'sel.prefixlenD'))}`

const spi = (row: Row) => {
  const number = memberAt(row, 'id.spi')
  return typeof number === 'number' ? `0x${number.toString(16)}` : cellText(number)
}

/** The name of the algorithm of a state: of one with authentication and encryption, or of each. */
const algorithms = (row: Row) =>
  ['algAead', 'algCrypt', 'algAuthTrunc', 'algComp']
    .map((key) => cellText(memberAt(row, `${key}.name`)))
    .filter((name) => name !== '')
    .join(' ')

/** Columns of the objects of IPsec. */
export const xfrmColumns: Readonly<Record<string, readonly Column[]>> = {
  'xfrm-states': [
    { title: 'SRC', path: 'saddr' },
    { title: 'DST', path: 'id.daddr' },
    word('PROTO', 'id.proto'),
    { title: 'SPI', path: 'id.spi', text: spi },
    { title: 'REQID', path: 'reqid' },
    word('MODE', 'mode'),
    { title: 'ALGORITHMS', path: 'algCrypt.name', text: algorithms },
    { title: 'BYTES', path: 'curlft.bytes' },
  ],
  'xfrm-policies': [
    { title: 'SRC', path: 'sel.saddr', text: network('s') },
    { title: 'DST', path: 'sel.daddr', text: network('d') },
    word('DIR', 'dir'),
    { title: 'PRIORITY', path: 'priority' },
    { title: 'ACTION', path: 'action', text: (row) => withoutPrefix(cellText(row.action)).replace(/^0?$/, 'allow') },
    { title: 'INDEX', path: 'index' },
  ],
}
