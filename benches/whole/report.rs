//! The table, on the terminal and in `docs/PERFORMANCE.md`, and the plot beside it.

use std::{
    fmt::{self, Display, Write},
    fs,
    path::Path,
    process::Command,
};

use countersign::server::Clock;
use jiff::Timestamp;
use plotters::prelude::*;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/PERFORMANCE.md");
const PLOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/latency.svg");

/// What a row has to reach.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

impl Goal {
    fn is_reached_by(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(least) => figure >= least,
            Self::AtMost(most) => figure <= most,
        }
    }
}

impl Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "≥ {least}"),
            Self::AtMost(most) => write!(f, "≤ {most}"),
        }
    }
}

/// A line of the table.
#[derive(Debug)]
pub struct Row {
    pub work: &'static str,
    pub yardstick: &'static str,
    pub unit: &'static str,
    /// Ours, what it is held against, and what comes of it: of each the median of the rounds. Where there is no yardstick,
    /// the second is not there.
    pub ours: f64,
    pub theirs: Option<f64>,
    pub figure: f64,
    pub goal: Goal,
}

impl Row {
    /// Measures both in turn, five times after once to warm up. The figure is the median of what came of each round.
    pub fn measure(
        work: &'static str,
        yardstick: &'static str,
        unit: &'static str,
        goal: Goal,
        mut round: impl FnMut() -> (f64, f64),
    ) -> Self {
        eprint!("{work} …");
        let rounds: Vec<_> = (0..6).map(|_| round()).skip(1).collect();
        let row = Self {
            work,
            yardstick,
            unit,
            ours: median(rounds.iter().map(|(ours, _)| *ours)),
            theirs: Some(median(rounds.iter().map(|(_, theirs)| *theirs))),
            figure: median(rounds.iter().map(|(ours, theirs)| ours / theirs)),
            goal,
        };
        let each: Vec<_> = rounds
            .iter()
            .map(|(ours, theirs)| format!("{:.2}", ours / theirs))
            .collect();
        eprintln!(
            " {:.2} (goal {}; rounds: {})",
            row.figure,
            row.goal,
            each.join(" ")
        );
        row
    }
}

pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<_> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

pub fn table(rows: &[Row]) -> String {
    let mut text = format!("{}\n\n", surroundings());
    text += "| work | measured | yardstick | | figure | goal | |\n|---|--:|---|--:|--:|--:|---|\n";
    for Row {
        work,
        yardstick,
        unit,
        ours,
        theirs,
        figure,
        goal,
    } in rows
    {
        let theirs = theirs
            .map(|theirs| format!("{} {unit}", rounded(theirs)))
            .unwrap_or_default();
        let verdict = if goal.is_reached_by(*figure) {
            "reached"
        } else {
            "**missed**"
        };
        let ours = rounded(*ours);
        let figure = if *figure < 10.0 {
            format!("{figure:.2}")
        } else {
            rounded(*figure)
        };
        writeln!(
            text,
            "| {work} | {ours} {unit} | {yardstick} | {theirs} | {figure} | {goal} | {verdict} |"
        )
        .unwrap();
    }
    text
}

/// To three digits, since no more of them come back.
fn rounded(figure: f64) -> String {
    let digits = if figure < 10.0 {
        2
    } else {
        usize::from(figure < 100.0)
    };
    let step = 10_f64.powf((figure.abs().log10().floor() - 2.0).max(0.0));
    format!(
        "{:.digits$}",
        if digits == 0 {
            (figure / step).round() * step
        } else {
            figure
        }
    )
}

/// Where, when and by what it was measured.
fn surroundings() -> String {
    let said = |program: &str, arguments: &[&str]| {
        let output = Command::new(program)
            .args(arguments)
            .output()
            .map(|output| output.stdout)
            .unwrap_or_default();
        String::from_utf8_lossy(&output).trim().to_owned()
    };
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("", |(_, cpu)| cpu);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let date = Timestamp::from_second(Clock::system().now().0)
        .map(|at| at.strftime("%Y-%m-%d").to_string());
    format!(
        "{}, {cores} cores ({cpu}), {}, {}, commit {}.",
        date.unwrap_or_default(),
        said("uname", &["-sr"]),
        said("rustc", &["--version"]),
        said("git", &["rev-parse", "--short", "HEAD"]),
    )
}

/// Prints a section, and puts it into the page in place of the one before.
pub fn write(section: &str, text: &str) {
    println!("{text}");
    let page = fs::read_to_string(PAGE).unwrap();
    let (begin, end) = (
        format!("<!-- {section} -->\n"),
        format!("<!-- end of {section} -->"),
    );
    let (before, rest) = page.split_once(&begin).expect("the page has this section");
    let (_, after) = rest.split_once(&end).expect("the section ends");
    fs::write(PAGE, format!("{before}{begin}{text}{end}{after}")).unwrap();
}

/// How the latency grows with the load.
#[derive(Debug)]
pub struct Curve {
    pub name: &'static str,
    /// Requests a second, and the latency in milliseconds.
    pub points: Vec<(f64, f64)>,
}

pub fn plot(curves: &[Curve]) {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let most = |of: fn(&(f64, f64)) -> f64| points().map(of).fold(0.0, f64::max);
    let area = SVGBackend::new(Path::new(PLOT), (800, 420)).into_drawing_area();
    area.fill(&WHITE).unwrap();
    let mut chart = ChartBuilder::on(&area)
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(60)
        .build_cartesian_2d(
            0.0..most(|point| point.0) * 1.03,
            (0.05..most(|point| point.1) * 1.3).log_scale(),
        )
        .unwrap();
    let mesh = &mut chart.configure_mesh();
    mesh.x_desc("requests/s")
        .y_desc("latency, ms")
        .x_label_formatter(&|x| format!("{x:.0}"));
    mesh.y_label_formatter(&|y| ((y * 100.0).round() / 100.0).to_string())
        .max_light_lines(0)
        .draw()
        .unwrap();
    for (number, Curve { name, points }) in curves.iter().enumerate() {
        let colour = Palette99::pick(number).to_rgba();
        let series = chart
            .draw_series(LineSeries::new(
                points.iter().copied(),
                colour.stroke_width(2),
            ))
            .unwrap();
        series
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)));
    }
    let labels = &mut chart.configure_series_labels();
    labels
        .position(SeriesLabelPosition::UpperLeft)
        .border_style(BLACK)
        .background_style(WHITE)
        .draw()
        .unwrap();
    area.present().unwrap();
}
