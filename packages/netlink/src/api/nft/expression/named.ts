/** Turns `frag-off` and `saddr ether` into `fragOff` and `saddrEther`. */
export type Camel<S extends string> = S extends `${infer A}-${infer B}`
  ? `${A}${Capitalize<Camel<B>>}`
  : S extends `${infer A} ${infer B}`
    ? `${A}${Capitalize<Camel<B>>}`
    : S

export const camel = (text: string) => text.replace(/[- ](\w)/g, (_, letter: string) => letter.toUpperCase())
