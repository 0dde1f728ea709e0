// Remembers what an agent learned, and tells what others learn: node remember.ts NAME "what it learned"
import { openMemory } from 'lineclear';

const [name, lesson] = process.argv.slice(2);
if (name === undefined || lesson === undefined) throw new Error('What? node remember.ts DOMAIN/NAME TEXT');

const { memory, close } = await openMemory({ agent: 'scholar' });

// What is known already, by anybody.
const known = await memory.search(lesson, { domain: 'lessons' });
for (const { title, agent_id, at } of known) console.log(`known: ${title}, by ${agent_id}, ${at}`);

// Each handler gets the data of the types that it asked for; an event is heard after its write, which waits for nobody.
const heard = Promise.withResolvers<void>();
const unsubscribe = memory.subscribe(['memory.written', 'memory.updated'], ({ data }) => {
  console.log(`noted: ${data.domain}/${data.slug ?? data.note_id}`);
  heard.resolve();
});

const { note, outcome } = await memory.write(name, { body: `${lesson}\n`, tags: ['lesson'] });
// Somebody changed the same lines at the same time: both versions are kept until a person takes one.
if (outcome === 'conflicted') console.log('in two versions now');
await memory.updateContext({ status: 'idle', last_lesson: `${note.domain}/${note.slug}` });

const { agents } = await memory.contexts();
console.log(`context: ${JSON.stringify(agents['scholar'])}`);

await heard.promise;
unsubscribe();
await close();
