/** Lessons: the list of them in the header, and the guide above the wall. */
import "./lessons.css";

export { beginLesson } from "./lessons/begin.ts";
export { LessonGuide } from "./lessons/guide.tsx";
export { LessonsMenu } from "./lessons/menu.tsx";
