import '../support/built.js'

/** Returns a variable that `npm run e2e` sets for a suite. */
export function provided(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`expected ${name} in the environment: run \`npm run e2e\``)
  return value
}
