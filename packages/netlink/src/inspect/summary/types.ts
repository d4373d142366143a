/** A part of a summary. */
export interface Detail {
  readonly text: string
  /** Path of the attribute that it shows, as in the `attribute` of a refusal: `linkinfo.data.adLacpActive`. */
  readonly path?: string
}

/** One message in a few words: `new`, `link`, `br9`, `bridge`. */
export interface Summary {
  /** `new`, `set`, `replace`, `delete`, `get` or `dump`, or another verb of a command. Empty if the message has none. */
  readonly verb: string
  /** Kind of the object: `link`, `route`, `nft rule`, `ethtool linkinfo`. */
  readonly kind: string
  /** Identity of the object: `br9`, `#7`, `10.0.0.0/8`. Empty if the message identifies none. */
  readonly name: string
  /** Path of the attribute that contains the name. */
  readonly namePath?: string
  readonly details: readonly Detail[]
}
