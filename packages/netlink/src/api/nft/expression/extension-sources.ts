import { NFT_EXTHDR_F, NFT_EXTHDR_OP } from '../../../netfilter/index.js'
import { dataTypes as t } from '../types/data-types.js'
import {
  type Extension,
  type ExtensionField,
  type Extensions,
  ip6Headers,
  ipOptions,
  sctpChunks,
  segmentHeader,
  tcpOptions,
} from './extension-fields.js'
import type { Needs, Source } from './source.js'

interface Kind {
  readonly op: number
  readonly needs?: Needs
  fieldText(name: string, field: string): string
  presenceText(name: string): string
}

const kindOf = (op: number, prefix: string, needs?: Needs): Kind => ({
  ...{ op, ...(needs && { needs }) },
  fieldText: (name, field) => `${prefix} ${name} ${field}`,
  presenceText: (name) => `${prefix} ${name}`,
})

const ip6Kind: Kind = {
  op: NFT_EXTHDR_OP.IPV6,
  needs: { network: 'ip6' },
  fieldText: (name, field) => `${name} ${field}`,
  presenceText: (name) => `exthdr ${name}`,
}

const fieldSource = (
  { op, needs, fieldText }: Kind,
  name: string,
  type: number,
  field: string,
  part: ExtensionField,
): Source => ({
  ...{ text: fieldText(name, field), type: part[1], needs },
  load: { from: 'exthdr', op, type, offset: part[0] },
})

const presenceSource = ({ op, needs, presenceText }: Kind, name: string, type: number): Source => ({
  ...{ text: presenceText(name), type: t.boolean, needs },
  load: { from: 'exthdr', op, type, offset: 0, flags: NFT_EXTHDR_F.PRESENT },
})

const fieldsOf = (kind: Kind, name: string, { type, fields }: Extension): Source[] =>
  Object.entries(fields).map(([field, part]) => fieldSource(kind, name, type, field, part))

const sourcesOf = (kind: Kind, table: Extensions): Source[] =>
  Object.entries(table).flatMap(([name, extension]) => [
    presenceSource(kind, name, extension.type),
    ...fieldsOf(kind, name, extension),
  ])

/** Addresses of a routing header that can be loaded: the kernel's offsets are bytes. */
export const SEGMENTS = 16

/** Returns the source of an address of a routing header, from 1 on. */
const segmentSource = (number: number) =>
  fieldSource(ip6Kind, 'srh', segmentHeader.type, `sid[${number}]`, [64 + (number - 1) * 128, t.ipv6])

/** All sources, for the text of rules. */
export const extensionSources: readonly Source[] = [
  ...sourcesOf(kindOf(NFT_EXTHDR_OP.TCPOPT, 'tcp option'), tcpOptions),
  ...sourcesOf(kindOf(NFT_EXTHDR_OP.IPV4, 'ip option', { network: 'ip' }), ipOptions),
  ...sourcesOf(ip6Kind, ip6Headers),
  ...fieldsOf(ip6Kind, 'srh', segmentHeader),
  ...Array.from({ length: SEGMENTS }, (_, index) => segmentSource(index + 1)),
  ...sourcesOf(kindOf(NFT_EXTHDR_OP.SCTP, 'sctp chunk'), sctpChunks),
]

/** Returns the source with a text. */
export const extensionSource = (text: string) => extensionSources.find((each) => each.text === text) as Source
