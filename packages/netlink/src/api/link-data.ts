import type { Declaration } from '../codec/index.js'
import { linkInfo } from '../route/index.js'
import { told, wired } from './data.js'

type Data = Readonly<Record<string, unknown>>
type Cases = Readonly<Record<string, Declaration<unknown>>>

const { data: dataRow, slaveData: slaveRow } = linkInfo.table
const declared = (cases: Cases, kind: string | undefined) => cases[kind ?? '']
const wiredBy = (cases: Cases, kind: string | undefined, data: unknown) =>
  wired(declared(cases, kind), data) as Data | undefined

/** A wish of data as its kind would tell it; of a kind that is not declared, as it stands. */
function toldBy(cases: Cases, kind: string | undefined, wish: unknown): Data | undefined {
  const [declaration, data] = [declared(cases, kind), wiredBy(cases, kind, wish)]
  return declaration && data ? (told(declaration, data) as Data) : data
}

/** The data of a kind, as it is sent. */
export const wiredData = (kind: string | undefined, data: unknown) => wiredBy(dataRow[1].cases, kind, data)
export const wiredSlaveData = (kind: string | undefined, data: unknown) => wiredBy(slaveRow[1].cases, kind, data)

/** The data of a kind, as it would be told. */
export const toldData = (kind: string | undefined, data: unknown) => toldBy(dataRow[1].cases, kind, data)
export const toldSlaveData = (kind: string | undefined, data: unknown) => toldBy(slaveRow[1].cases, kind, data)
