/** Commander's messages in our form. */
export function oneSentence(text: string): string {
  return text
    .trim()
    .replace(/^error: /, '')
    .replace(/^option '(-\S+)[^']*' argument '(.*)' is invalid\. It (.*)\.$/s, "$1 $3, not '$2'")
    .replace(
      /^option '(-\S+)[^']*' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/s,
      "$1 must be one of $3, not '$2'",
    )
    .replace(/^option '(-\S+) ([^']*)' argument missing$/, '$1 needs a value: $1 $2')
    .replace(/\n\(Did you mean (.*)\)$/s, ': did you mean $1');
}
