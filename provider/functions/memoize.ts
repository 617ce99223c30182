/** Returns `ask` with each answer kept by its argument, a failure too. */
export function memoize<Answer>(ask: () => Promise<Answer>): () => Promise<Answer>;
export function memoize<Argument, Answer>(
  ask: (argument: Argument) => Promise<Answer>,
): (argument: Argument) => Promise<Answer>;
export function memoize<Argument, Answer>(
  ask: (argument: Argument) => Promise<Answer>,
): (argument: Argument) => Promise<Answer> {
  const answers = new Map<Argument, Promise<Answer>>();
  return (argument) => {
    const answer = answers.get(argument) ?? ask(argument);
    answers.set(argument, answer);
    return answer;
  };
}
