import type { TaskState } from './task.ts';
import type { World } from './world.ts';

/** Whether a task is for the orchestrators of a project; one that names none is for all, as is one who serves all. */
export const isOfProject = (task: Pick<TaskState, 'project'>, project: string | undefined): boolean =>
  task.project === undefined || project === undefined || task.project === project;

/** Whether the tasks of a log are of more than one project, so that each row has to say which. */
export const hasSeveralProjects = ({ tasks }: Pick<World, 'tasks'>): boolean =>
  new Set([...tasks.values()].map(({ project }) => project)).size > 1;
